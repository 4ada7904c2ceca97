#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The packets of MQTT that a client sends, well-formed or not, as texts of bytes.
namespace mqtt_bytes {

inline std::string number_16(std::size_t number) {
    return {static_cast<char>(number >> 8 & 0xFF), static_cast<char>(number & 0xFF)};
}

inline std::string number_32(std::size_t number) {
    return number_16(number >> 16) + number_16(number & 0xFFFF);
}

inline std::string text(std::string_view text) {
    return number_16(text.size()).append(text);
}

inline std::string byte(unsigned value) {
    return {static_cast<char>(value)};
}

inline std::string short_number(std::size_t number) {
    std::string out;
    do {
        const std::size_t low = number & 0x7F;
        number >>= 7;
        out += static_cast<char>(number > 0 ? low | 0x80 : low);
    } while (number > 0);
    return out;
}

/// `first`: type and flags.
inline std::string packet(unsigned first, std::string_view body) {
    return byte(first).append(short_number(body.size())).append(body);
}

/// Of version 5: with their length.
inline std::string properties(std::string_view bytes) {
    return short_number(bytes.size()).append(bytes);
}

/// What differs from a plain one that begins a clean session.
struct ConnectParts {
    unsigned version = 4;
    unsigned flags = 2;
    std::size_t keep_alive = 60;
    std::string properties{}; ///< of version 5, without their length
    std::string client_id{"ada"};
    std::string rest{}; ///< will, user name, password
};

inline std::string connect(const ConnectParts& parts) {
    std::string body = text("MQTT");
    body.append(byte(parts.version)).append(byte(parts.flags)).append(number_16(parts.keep_alive));
    if (parts.version == 5) body += properties(parts.properties);
    return packet(0x10, body.append(text(parts.client_id)).append(parts.rest));
}

inline std::string connect(unsigned version = 4) {
    return connect(ConnectParts{.version = version});
}

} // namespace mqtt_bytes
