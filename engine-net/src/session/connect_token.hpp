#pragma once

#include "core/bytes.hpp"
#include "transport/secure/keys.hpp"

#include <engine_net/connect_token.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace engine_net {

// Bytes of a connect token, as PROTOCOL.md draws them.

inline constexpr std::uint8_t connect_token_version = 1;
inline constexpr std::size_t token_number_bytes = 24;
/// The nonce it is sealed with: no two tokens of a key have the same.
using TokenNumber = std::array<std::uint8_t, token_number_bytes>;

/// The bytes that are written as `text`; nothing when it is no base64url, or too long.
std::optional<std::vector<std::uint8_t>> token_bytes(std::string_view text);

/// What is open of it; nothing when it is no token of this version.
struct OpenToken {
    TokenInfo info{};
    TokenNumber number{};
    Bytes open{};   ///< authenticated with ...
    Bytes sealed{}; ///< ... what only those with the key can read
};
std::optional<OpenToken> read_token(Bytes token);

/// Nothing: it was not sealed with that key, or what was sealed is no grant.
std::optional<ConnectGrant> open_token(const OpenToken& token, const SecretBytes& key);
/// The grant with what was sealed, as it is inside of a token.
std::optional<ConnectGrant> read_sealed_grant(Bytes opened, TokenInfo info);

} // namespace engine_net
