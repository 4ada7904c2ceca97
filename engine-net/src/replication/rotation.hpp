#pragma once

#include <array>
#include <cstdint>

namespace engine_net {

/// A rotation as the number of its largest component (0 to 3 for x, y, z, w) and the other three in
/// their order, each -n to n for a value of -1/sqrt(2) to 1/sqrt(2).
using SmallestThree = std::array<std::int32_t, 4>;
using Quaternion = std::array<float, 4>; ///< x, y, z, w

/// The largest magnitude of a component that is not the largest.
inline constexpr double half_sqrt2 = 0.70710678118654752;
/// The largest magnitude of a component of `bits` bits. Symmetric, so that 0 stays 0.
constexpr std::int32_t rotation_limit(unsigned bits) {
    return (std::int32_t{1} << (bits - 1)) - 1;
}

/// Any four floats give a rotation: what has no direction gives the identity. For all of them,
/// smallest_three(unpack(smallest_three(q))) == smallest_three(q).
SmallestThree smallest_three(const Quaternion& rotation, std::int32_t limit);
/// A unit quaternion for all numbers in range, also for those that `smallest_three` never gives.
Quaternion unpack(const SmallestThree& packed, std::int32_t limit);

} // namespace engine_net
