#pragma once

#include "rules/vector.hpp"

namespace arena {

/// Side of the square field. Its opposite edges meet: what leaves on one side comes in on the
/// other.
inline constexpr float field_size = 2048;
inline constexpr float field_half = field_size / 2;

/// The same place within the field, for one that lies less than a field's side out of it.
constexpr float wrapped(float coordinate) {
    if (coordinate >= field_half) return coordinate - field_size;
    if (coordinate < -field_half) return coordinate + field_size;
    return coordinate;
}
constexpr Vector wrapped(Vector place) {
    return {wrapped(place.x), wrapped(place.y)};
}

/// The shortest way between two places of the field, over an edge if that is shorter.
constexpr Vector way(Vector from, Vector to) {
    return wrapped(to - from);
}

constexpr bool are_within(Vector a, Vector b, float distance) {
    const Vector between = way(a, b);
    return dot(between, between) < distance * distance;
}

} // namespace arena
