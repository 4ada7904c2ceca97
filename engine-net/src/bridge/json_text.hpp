#pragma once

#include "bridge/exchange.hpp"
#include "core/bytes.hpp"

#include <engine_net/channel.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// JSON from anyone, to anyone. Nothing here throws.
namespace engine_net::bridge {

using Json = nlohmann::json;

/// Arrays and objects within each other. The parser's stack, and that of whoever walks the result.
inline constexpr std::size_t max_json_depth = 32;

/// Nothing: malformed, or too deep.
std::optional<Json> parse_json(std::string_view text);
/// Always UTF-8, on one line.
std::string to_text(const Json& json);

/// "": it is not there, or no text.
std::string text_of(const Json& object, std::string_view key);
/// Nothing: it is not there, or no whole number from 0 on.
std::optional<std::uint64_t> number_of(const Json& object, std::string_view key);

std::string base64(Bytes bytes);
std::optional<std::vector<std::uint8_t>> parse_base64(std::string_view text);
/// In hexadecimal digits.
std::string hmac_sha256(std::string_view secret, std::string_view text);

/// `data` of what was said: text of chat; else the payload's JSON, or {"base64": ...}.
Json payload_json(ChannelKind kind, Bytes payload);
/// The way back. Nothing: chat that is no text.
std::optional<std::vector<std::uint8_t>> payload_of(ChannelKind kind, const Json& data);

} // namespace engine_net::bridge
