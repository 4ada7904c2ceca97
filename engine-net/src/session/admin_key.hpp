#pragma once

#include "core/bytes.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace engine_net {

/// What an admin and the server both know: see `AdminConfig`.
using AdminKey = std::array<std::uint8_t, 32>;

/// Nothing for what is no 64 hexadecimal digits.
std::optional<AdminKey> parse_admin_key(std::string_view text);
/// That who knows the number knows the key: HMAC-SHA256 (RFC 2104).
std::array<std::uint8_t, 32> admin_proof(const AdminKey& key, Bytes number);
/// In constant time.
bool proves(const AdminKey& key, Bytes number, Bytes proof);

} // namespace engine_net
