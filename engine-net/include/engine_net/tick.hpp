#pragma once

#include <cstdint>

namespace engine_net {

/// One step of a room's simulation. A type, not a number, so that ticks and counts are never mixed.
/// Ticks wrap after 2^32 (over two years at 60 Hz) and are compared by wrapped difference, so two
/// ticks that are compared must lie less than 2^31 apart.
struct Tick {
    std::uint32_t value = 0;

    friend constexpr bool operator==(Tick, Tick) = default;
};

/// Ticks from `b` to `a`; negative when `a` is the older one.
constexpr std::int32_t operator-(Tick a, Tick b) {
    return static_cast<std::int32_t>(a.value - b.value);
}
constexpr Tick operator+(Tick tick, std::int32_t ticks) {
    return {tick.value + static_cast<std::uint32_t>(ticks)};
}
constexpr Tick operator-(Tick tick, std::int32_t ticks) {
    return {tick.value - static_cast<std::uint32_t>(ticks)};
}
constexpr Tick& operator++(Tick& tick) {
    ++tick.value;
    return tick;
}
constexpr bool operator<(Tick a, Tick b) {
    return a - b < 0;
}
constexpr bool operator>(Tick a, Tick b) {
    return b < a;
}
constexpr bool operator<=(Tick a, Tick b) {
    return !(b < a);
}
constexpr bool operator>=(Tick a, Tick b) {
    return !(a < b);
}

} // namespace engine_net
