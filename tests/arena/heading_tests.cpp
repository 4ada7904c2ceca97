#include "rules/heading.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace arena;

TEST_CASE("heading: the table holds the directions of the whole turn") {
    for (int heading = 0; heading < full_turn; ++heading) {
        const double angle = heading * 2 * 3.14159265358979323846 / full_turn;
        CHECK(std::abs(direction(heading).x - std::cos(angle)) < 1e-6);
        CHECK(std::abs(direction(heading).y - std::sin(angle)) < 1e-6);
    }
}

TEST_CASE("heading: the quarters are exact") {
    CHECK(direction(0) == Vector{1, 0});
    CHECK(direction(full_turn / 4) == Vector{0, 1});
    CHECK(direction(full_turn / 2) == Vector{-1, 0});
    CHECK(direction(3 * full_turn / 4) == Vector{0, -1});
}

TEST_CASE("heading: steps survive the way through radians, on either side of the turn") {
    for (int heading = 0; heading < full_turn; ++heading) {
        CHECK(heading_of_radians(radians(heading)) == heading);
        CHECK(heading_of_radians(radians(heading) - 6.2831853F) == heading);
    }
}
