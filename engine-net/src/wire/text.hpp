#pragma once

#include <string_view>

namespace engine_net::wire {

/// Well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

/// What may be shown to every player: 1 to `max_name_bytes` of UTF-8 without control, direction or
/// invisible characters, and not blank.
bool is_display_name(std::string_view text);

} // namespace engine_net::wire
