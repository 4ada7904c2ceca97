#pragma once

#include <cmath>

namespace arena {

/// A place, a way or a velocity on the plane.
struct Vector {
    float x = 0;
    float y = 0;

    friend constexpr bool operator==(Vector, Vector) = default;
    constexpr Vector& operator+=(Vector other) {
        x += other.x;
        y += other.y;
        return *this;
    }
};

constexpr Vector operator+(Vector a, Vector b) {
    return {a.x + b.x, a.y + b.y};
}
constexpr Vector operator-(Vector a, Vector b) {
    return {a.x - b.x, a.y - b.y};
}
constexpr Vector operator*(Vector a, float factor) {
    return {a.x * factor, a.y * factor};
}
constexpr float dot(Vector a, Vector b) {
    return a.x * b.x + a.y * b.y;
}
/// Positive when `b` lies towards a growing heading from `a`.
constexpr float cross(Vector a, Vector b) {
    return a.x * b.y - a.y * b.x;
}
inline float length(Vector a) {
    return std::sqrt(dot(a, a));
}
/// Of length 1; `fallback` for what has no length.
inline Vector unit(Vector a, Vector fallback = {1, 0}) {
    const float size = length(a);
    return size > 0 ? a * (1 / size) : fallback;
}

} // namespace arena
