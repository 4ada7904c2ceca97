#include "model/link_dials.hpp"

#include <doctest/doctest.h>

using namespace engine_net;
using namespace std::chrono_literals;

TEST_CASE("link_dials: milliseconds and percent become the library's conditions, and come back") {
    const LinkDials dials{.out = {.delay_ms = 40, .jitter_ms = 8, .loss_percent = 25},
                          .in = {.delay_ms = 10, .duplicate_percent = 50, .reorder_percent = 12.5}};
    const LinkSimulation link = simulation(dials, {});
    CHECK(link.out.delay == 40ms);
    CHECK(link.out.jitter == 8ms);
    CHECK(link.out.loss == doctest::Approx(0.25));
    CHECK(link.in.delay == 10ms);
    CHECK(link.in.duplicate == doctest::Approx(0.5));
    CHECK(link.in.reorder == doctest::Approx(0.125));
    CHECK_FALSE(link.out.blackout);
    CHECK(dials_of(link) == dials);
}

TEST_CASE("link_dials: a black-out is one of both ways") {
    const LinkSimulation link = simulation({.out = {}, .in = {}, .is_black_out = true}, {});
    CHECK(link.out.blackout);
    CHECK(link.in.blackout);
    CHECK(dials_of(link).is_black_out);
}

TEST_CASE("link_dials: what they can't say stays as it was given") {
    LinkSimulation given;
    given.seed = 9;
    given.out.corrupt = 0.5;
    given.in.bytes_per_second = 64'000;
    const LinkSimulation link = simulation({}, given);
    CHECK(link.seed == 9);
    CHECK(link.out.corrupt == 0.5);
    CHECK(link.in.bytes_per_second == 64'000);
}
