#include "rules/field.hpp"

#include <doctest/doctest.h>

using namespace arena;

TEST_CASE("field: what leaves on one side comes in on the other") {
    CHECK(wrapped(Vector{field_half + 10, 0}) == Vector{-field_half + 10, 0});
    CHECK(wrapped(Vector{0, -field_half - 3}) == Vector{0, field_half - 3});
    CHECK(wrapped(Vector{-field_half, field_half}) == Vector{-field_half, -field_half});
}

TEST_CASE("field: the shortest way leads over an edge where that is shorter") {
    const Vector left{-field_half + 5, 0};
    const Vector right{field_half - 5, 0};
    CHECK(way(left, right) == Vector{-10, 0});
    CHECK(way(right, left) == Vector{10, 0});
    CHECK(are_within(left, right, 10.5F));
    CHECK_FALSE(are_within(left, right, 9.5F));
}
