#include "replication/rotation.hpp"

#include "replication/rounding.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace engine_net {
namespace {

std::size_t largest_of(const std::array<double, 4>& q) {
    std::size_t largest = 0;
    for (std::size_t i = 1; i < 4; ++i) {
        if (std::fabs(q[i]) > std::fabs(q[largest])) largest = i;
    }
    return largest;
}

/// To length 1. Scaled by the largest component first, so that no square overflows or vanishes.
std::array<double, 4> normalised(const Quaternion& rotation) {
    constexpr std::array<double, 4> identity{0, 0, 0, 1};
    std::array<double, 4> q{};
    for (std::size_t i = 0; i < 4; ++i) {
        if (!std::isfinite(rotation[i])) return identity;
        q[i] = rotation[i];
    }
    const double scale = std::fabs(q[largest_of(q)]);
    if (scale == 0) return identity;

    double sum = 0;
    for (double& x : q) {
        x /= scale;
        sum += x * x;
    }
    const double length = std::sqrt(sum);
    for (double& x : q) x /= length;
    return q;
}

SmallestThree rounded(const Quaternion& rotation, std::int32_t limit) {
    const std::array<double, 4> q = normalised(rotation);
    const std::size_t largest = largest_of(q);
    const double scale = (q[largest] < 0 ? -limit : limit) / half_sqrt2;

    SmallestThree packed{static_cast<std::int32_t>(largest)};
    std::size_t at = 1;
    for (std::size_t i = 0; i < 4; ++i) {
        if (i == largest) continue;
        packed[at++] = round_within(q[i] * scale, -limit, limit);
    }
    return packed;
}

} // namespace

SmallestThree smallest_three(const Quaternion& rotation, std::int32_t limit) {
    SmallestThree packed = rounded(rotation, limit);
    // Where two components are about equally large, rounding can make the other one the largest,
    // and coding the result again would change it. Follow that until it stays, or comes back.
    for (int round = 0; round < 4; ++round) {
        const SmallestThree again = rounded(unpack(packed, limit), limit);
        if (again == packed) return packed;
        if (rounded(unpack(again, limit), limit) == packed) return std::min(packed, again);
        packed = again;
    }
    return packed;
}

Quaternion unpack(const SmallestThree& packed, std::int32_t limit) {
    const auto largest = static_cast<std::size_t>(packed[0]);
    const double step = half_sqrt2 / limit;
    std::array<double, 4> q{};
    double sum = 0;
    std::size_t at = 1;
    for (std::size_t i = 0; i < 4; ++i) {
        if (i == largest) continue;
        q[i] = packed[at++] * step;
        sum += q[i] * q[i];
    }
    if (sum > 1) {
        const double length = std::sqrt(sum);
        for (double& x : q) x /= length;
    } else {
        q[largest] = std::sqrt(1 - sum);
    }
    return {static_cast<float>(q[0]),
            static_cast<float>(q[1]),
            static_cast<float>(q[2]),
            static_cast<float>(q[3])};
}

} // namespace engine_net
