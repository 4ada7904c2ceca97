#pragma once

#include "core/bytes.hpp"
#include "transport/secret_source.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace engine_net {

/// What lets a client come back to its session. Only its hash is kept.
using Secret = std::array<std::uint8_t, 16>;
using SecretHash = std::array<std::uint8_t, 32>;

/// A room's invite code: ten letters and digits that no one mistakes for others, of 50 random bits.
std::string invite_code(SecretSource& source);

/// BLAKE2b, keyed with the server that issued it, so that it means nothing to another.
SecretHash hash_of(Bytes secret, std::uint64_t issuer);
/// In constant time.
bool is_same(const SecretHash& a, const SecretHash& b);
/// The same for texts of any length, which only the length's difference shows.
bool is_same_text(std::string_view a, std::string_view b);

} // namespace engine_net
