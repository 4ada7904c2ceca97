#include "bridge/json_text.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace engine_net::bridge {
namespace {

bool is_shallow(std::string_view text) {
    std::size_t depth = 0;
    bool is_in_text = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char letter = text[i];
        if (is_in_text) {
            if (letter == '\\') ++i;
            if (letter == '"') is_in_text = false;
        } else if (letter == '"') {
            is_in_text = true;
        } else if (letter == '[' || letter == '{') {
            if (++depth > max_json_depth) return false;
        } else if (letter == ']' || letter == '}') {
            if (depth == 0) return false;
            --depth;
        }
    }
    return true;
}

std::vector<std::uint8_t> bytes_of(std::string_view text) {
    return {text.begin(), text.end()};
}

} // namespace

std::optional<Json> parse_json(std::string_view text) {
    if (!is_shallow(text)) return std::nullopt;
    Json json = Json::parse(text.begin(), text.end(), nullptr, false);
    if (json.is_discarded()) return std::nullopt;
    return json;
}

std::string to_text(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string text_of(const Json& object, std::string_view key) {
    if (!object.is_object()) return {};
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string()) return {};
    return found->get_ref<const std::string&>();
}

std::optional<std::uint64_t> number_of(const Json& object, std::string_view key) {
    if (!object.is_object()) return std::nullopt;
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
    return found->get<std::uint64_t>();
}

std::string base64(Bytes bytes) {
    std::string out(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(
        out.data(), out.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
    out.pop_back(); // its zero
    return out;
}

std::optional<std::vector<std::uint8_t>> parse_base64(std::string_view text) {
    std::vector<std::uint8_t> out(text.size() / 4 * 3 + 3);
    std::size_t size = 0;
    const char* end = nullptr;
    const int failed = sodium_base642bin(out.data(),
                                         out.size(),
                                         text.data(),
                                         text.size(),
                                         nullptr,
                                         &size,
                                         &end,
                                         sodium_base64_VARIANT_ORIGINAL);
    if (failed != 0 || end != text.data() + text.size()) return std::nullopt;
    out.resize(size);
    return out;
}

std::string hmac_sha256(std::string_view secret, std::string_view text) {
    const auto bytes = [](std::string_view of) {
        return reinterpret_cast<const unsigned char*>(of.data());
    };
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, bytes(secret), secret.size());
    crypto_auth_hmacsha256_update(&state, bytes(text), text.size());
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> code{};
    crypto_auth_hmacsha256_final(&state, code.data());
    std::string out(2 * code.size() + 1, '\0');
    sodium_bin2hex(out.data(), out.size(), code.data(), code.size());
    out.pop_back();
    return out;
}

Json payload_json(ChannelKind kind, Bytes payload) {
    const std::string_view text(reinterpret_cast<const char*>(payload.data()), payload.size());
    if (kind == ChannelKind::chat) return std::string(text);
    if (payload.empty()) return nullptr;
    if (auto json = parse_json(text)) return std::move(*json);
    return {{"base64", base64(payload)}};
}

std::optional<std::vector<std::uint8_t>> payload_of(ChannelKind kind, const Json& data) {
    if (kind == ChannelKind::chat) {
        if (!data.is_string()) return std::nullopt;
        return bytes_of(data.get_ref<const std::string&>());
    }
    if (data.is_null()) return std::vector<std::uint8_t>{};
    if (data.is_object() && data.size() == 1 && data.contains("base64")) {
        if (auto bytes = parse_base64(text_of(data, "base64"))) return bytes;
    }
    return bytes_of(to_text(data));
}

} // namespace engine_net::bridge
