#pragma once

#include "core/bytes.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace engine_net {

/// Unpredictable bytes: the system's randomness, or, for tests, a ChaCha20 stream of a seed
/// (libsodium's randombytes_buf_deterministic), the same each time.
class SecretSource {
public:
    explicit SecretSource(std::optional<std::uint64_t> seed);

    void fill(std::span<std::uint8_t> out);
    std::uint64_t next();

private:
    std::optional<std::uint64_t> seed_;
    std::uint64_t drawn_ = 0;
};

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
