#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace engine_net::wire {

/// Well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

/// As much of `text` as fits `max_bytes`, cut between characters; each byte that is not UTF-8
/// becomes a question mark.
std::string to_utf8(std::string_view text, std::size_t max_bytes);

/// What may be shown to every player: 1 to `max_bytes` of UTF-8 without control, direction or
/// invisible characters, and not blank.
bool is_display_text(std::string_view text, std::size_t max_bytes);
/// The same, of at most `max_name_bytes`.
bool is_display_name(std::string_view text);

} // namespace engine_net::wire
