#include "transport/address.hpp"

#include <charconv>

namespace engine_net {

std::string to_string(const Address& address) {
    std::string text;
    for (int shift = 24; shift >= 0; shift -= 8) {
        text += std::to_string((address.host >> shift) & 0xFFu);
        text += shift > 0 ? '.' : ':';
    }
    return text + std::to_string(address.port);
}

std::string shortened(const Address& address) {
    const std::string text = to_string(address);
    return text.substr(0, text.find_last_of('.')) + ".x";
}

std::optional<std::uint32_t> parse_host(std::string_view text) {
    std::uint32_t host = 0;
    const char* at = text.data();
    const char* const end = at + text.size();
    for (int part = 0; part < 4; ++part) {
        if (part > 0) {
            if (at == end || *at != '.') return std::nullopt;
            ++at;
        }
        std::uint8_t value = 0;
        const auto [next, error] = std::from_chars(at, end, value);
        if (error != std::errc{}) return std::nullopt;
        host = host << 8 | value;
        at = next;
    }
    return at == end ? std::optional(host) : std::nullopt;
}

} // namespace engine_net
