#include "core/random.hpp"
#include "replication/rotation.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace engine_net;

namespace {

double length_of(const Quaternion& q) {
    double sum = 0;
    for (const float x : q) sum += static_cast<double>(x) * static_cast<double>(x);
    return std::sqrt(sum);
}

bool is_in_range(const SmallestThree& packed, std::int32_t limit) {
    bool good = packed[0] >= 0 && packed[0] <= 3;
    for (std::size_t i = 1; i < 4; ++i) good = good && packed[i] >= -limit && packed[i] <= limit;
    return good;
}

float random_component(Random& random) {
    return static_cast<float>(random.next_unit() * 2 - 1);
}

} // namespace

TEST_CASE(
    "rotation: packing what was unpacked changes nothing, at ties of components least of all") {
    Random random(4);
    for (const unsigned bits : {2u, 3u, 5u, 9u, 11u, 16u}) {
        const std::int32_t limit = rotation_limit(bits);
        for (int round = 0; round < 30'000; ++round) {
            Quaternion q{random_component(random),
                         random_component(random),
                         random_component(random),
                         random_component(random)};
            // A nudge or nothing away from two, three or four equal components.
            const auto ties = random.next_below(5);
            const auto nudge = static_cast<float>(random.next_unit() / limit * 0.1);
            for (std::size_t i = 1; i < ties; ++i) {
                const float about = random.next_chance(0.5) ? nudge : 0;
                q[i] = (random.next_chance(0.5) ? -q[0] : q[0]) + about;
            }

            const SmallestThree packed = smallest_three(q, limit);
            REQUIRE(is_in_range(packed, limit));
            REQUIRE(smallest_three(unpack(packed, limit), limit) == packed);
        }
    }
}

TEST_CASE("rotation: it is kept to about half a step, and its negative is the same one") {
    Random random(5);
    for (int round = 0; round < 20'000; ++round) {
        Quaternion q{random_component(random),
                     random_component(random),
                     random_component(random),
                     random_component(random)};
        const double length = length_of(q);
        if (length < 0.1) continue;
        const SmallestThree packed = smallest_three(q, rotation_limit(9));
        const Quaternion out = unpack(packed, rotation_limit(9));
        double dot = 0;
        for (std::size_t i = 0; i < 4; ++i)
            dot += static_cast<double>(out[i]) * static_cast<double>(q[i]) / length;
        REQUIRE(std::fabs(dot) > 0.99999);
        REQUIRE(length_of(out) == doctest::Approx(1));

        Quaternion negative = q;
        for (float& x : negative) x = -x;
        const Quaternion other =
            unpack(smallest_three(negative, rotation_limit(9)), rotation_limit(9));
        double same = 0;
        for (std::size_t i = 0; i < 4; ++i)
            same += static_cast<double>(out[i]) * static_cast<double>(other[i]);
        REQUIRE(std::fabs(same) > 0.9999);
    }
}

TEST_CASE("rotation: none at all comes back exactly, and is what has no direction") {
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    constexpr float infinity = std::numeric_limits<float>::infinity();
    constexpr float tiny = std::numeric_limits<float>::denorm_min();
    const Quaternion none{0, 0, 0, 1};
    for (const Quaternion& q : {none,
                                Quaternion{0, 0, 0, 0},
                                Quaternion{nan, 0, 0, 0},
                                Quaternion{0, infinity, 0, 0},
                                Quaternion{0, 0, 0, tiny},
                                Quaternion{0, 0, 0, -3e38f}}) {
        CHECK(unpack(smallest_three(q, rotation_limit(9)), rotation_limit(9)) == none);
    }
}

TEST_CASE("rotation: numbers that no rotation gives unpack to a unit quaternion") {
    Random random(6);
    for (int round = 0; round < 10'000; ++round) {
        const auto number = [&] {
            return static_cast<std::int32_t>(random.next_below(511)) - 255;
        };
        const SmallestThree packed{
            static_cast<std::int32_t>(random.next_below(4)), number(), number(), number()};
        REQUIRE(length_of(unpack(packed, 255)) == doctest::Approx(1));
    }
}
