#pragma once

#include <cstdint>

namespace engine_net {

/// floor(x) for |x| below 2^62, without a call into the maths library.
inline std::int64_t floor_to_integer(double x) {
    const auto truncated = static_cast<std::int64_t>(x);
    return truncated - (static_cast<double>(truncated) > x ? 1 : 0);
}

/// floor(x + 0.5), clamped into lo..hi. What is not a number counts as zero.
inline std::int32_t round_within(double x, std::int32_t lo, std::int32_t hi) {
    if (x != x) x = 0;
    const double shifted = x + 0.5;
    if (shifted < lo) return lo;
    if (shifted >= hi) return hi;
    return static_cast<std::int32_t>(floor_to_integer(shifted));
}

} // namespace engine_net
