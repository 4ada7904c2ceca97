#pragma once

namespace program {

inline constexpr const char* version = "0.1.0";

} // namespace program
