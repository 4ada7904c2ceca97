#include "wire/text.hpp"

#include <engine_net/limits.hpp>

#include <cstdint>
#include <optional>

namespace engine_net::wire {

namespace {

/// Takes one code point off the front of `text` (RFC 3629, table 3-7 of the Unicode standard).
std::optional<char32_t> take_code_point(std::string_view& text) {
    const auto byte = [&](std::size_t i) {
        return static_cast<std::uint8_t>(text[i]);
    };
    const std::uint8_t lead = byte(0);
    const std::size_t length = lead < 0x80         ? 1
                               : lead >> 5 == 0x6  ? 2
                               : lead >> 4 == 0xE  ? 3
                               : lead >> 3 == 0x1E ? 4
                                                   : 0;
    if (length == 0 || length > text.size()) return std::nullopt;

    char32_t point = length == 1 ? lead : lead & (0xFFu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if (byte(i) >> 6 != 0x2) return std::nullopt;
        point = point << 6 | (byte(i) & 0x3Fu);
    }
    constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < smallest[length] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
        return std::nullopt;
    text.remove_prefix(length);
    return point;
}

bool is_control(char32_t point) {
    return point < 0x20 || (point >= 0x7F && point < 0xA0);
}

/// Direction marks and embeddings, zero-width characters, line and paragraph separators, tags.
bool is_invisible(char32_t point) {
    return point == 0xAD || point == 0x61C || point == 0x180E ||
           (point >= 0x200B && point <= 0x200F) || (point >= 0x2028 && point <= 0x202E) ||
           (point >= 0x2060 && point <= 0x206F) || point == 0xFEFF ||
           (point >= 0xFFF9 && point <= 0xFFFB) || (point >= 0xE0000 && point <= 0xE007F);
}

bool is_space(char32_t point) {
    return point == 0x20 || point == 0xA0 || point == 0x1680 ||
           (point >= 0x2000 && point <= 0x200A) || point == 0x202F || point == 0x205F ||
           point == 0x3000;
}

} // namespace

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        if (!take_code_point(text)) return false;
    }
    return true;
}

std::string to_utf8(std::string_view text, std::size_t max_bytes) {
    std::string result;
    while (!text.empty()) {
        const std::string_view before = text;
        const bool is_character = take_code_point(text).has_value();
        if (!is_character) text.remove_prefix(1);
        const std::size_t bytes = before.size() - text.size();
        if (result.size() + bytes > max_bytes) break;
        result += is_character ? before.substr(0, bytes) : "?";
    }
    return result;
}

bool is_display_name(std::string_view text) {
    return is_display_text(text, max_name_bytes);
}

bool is_display_text(std::string_view text, std::size_t max_bytes) {
    if (text.size() > max_bytes) return false;
    bool is_blank = true;
    while (!text.empty()) {
        const std::optional<char32_t> point = take_code_point(text);
        if (!point || is_control(*point) || is_invisible(*point)) return false;
        is_blank = is_blank && is_space(*point);
    }
    return !is_blank;
}

} // namespace engine_net::wire
