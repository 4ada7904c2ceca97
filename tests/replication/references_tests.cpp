#include "replication/codec/references.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace engine_net;

namespace {

double sum_of(const Beyond::Series& series, double x) {
    double sum = 0;
    for (std::size_t i = Beyond::terms; i-- > 0;) sum = sum * x + series[i];
    return sum;
}

/// What a weight should be.
double weight(double k, double angle) {
    return std::sin(k * angle) / std::sin(angle);
}

} // namespace

TEST_CASE("beyond: for whole factors the weights are those of the great circle") {
    for (const double factor : {-4.0, -2.0, -1.0, 1.0, 2.0, 4.0}) {
        const Beyond beyond(factor);
        for (double angle = 0.01; angle < 1.5; angle += 0.01) {
            const double x = 1 - std::cos(angle);
            CAPTURE(angle);
            REQUIRE(sum_of(beyond.through, x) ==
                    doctest::Approx(weight(1 + factor, angle)).epsilon(1e-9));
            REQUIRE(sum_of(beyond.from, x) == doctest::Approx(weight(factor, angle)).epsilon(1e-9));
        }
    }
}

TEST_CASE("beyond: for others they are as near as a step of a rotation, up to half a radian") {
    for (const double factor : {-2.5, -1.2, 0.1, 0.5, 1.5, 3.3, 6.5}) {
        const Beyond beyond(factor);
        for (double angle = 0.01; (1 + factor) * angle < 2 && angle < 0.5; angle += 0.01) {
            const double x = 1 - std::cos(angle);
            CAPTURE(angle);
            REQUIRE(std::abs(sum_of(beyond.through, x) - weight(1 + factor, angle)) < 1e-4);
            REQUIRE(std::abs(sum_of(beyond.from, x) - weight(factor, angle)) < 1e-4);
        }
    }
}
