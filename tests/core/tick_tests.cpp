#include <engine_net/tick.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <initializer_list>

using namespace engine_net;

TEST_CASE("tick: is ordered by wrapped difference") {
    for (const std::uint32_t value : {0u, 1u, 0xFFFFu, 0x10000u, 0x7FFFFFFFu, 0xFFFFFFFFu}) {
        CAPTURE(value);
        const Tick tick{value};
        const Tick next = tick + 1;
        CHECK(tick < next);
        CHECK(next > tick);
        CHECK(tick <= next);
        CHECK(next >= tick);
        CHECK_FALSE(next < tick);
        CHECK_FALSE(next <= tick);
        CHECK_FALSE(tick < tick);
        CHECK(tick <= tick);
        CHECK(tick >= tick);
        CHECK_FALSE(tick == next);
    }
}

TEST_CASE("tick: a difference counts across the wrap") {
    const Tick before{0xFFFFFFFE};
    const Tick after{3};
    CHECK(after - before == 5);
    CHECK(before - after == -5);
    CHECK(before + 5 == after);
    CHECK(after - 5 == before);
    CHECK(after + -5 == before);
    CHECK(Tick{0x7FFFFFFF} - Tick{0} == INT32_MAX);
}

TEST_CASE("tick: an increment goes from the last number to 0") {
    Tick tick{UINT32_MAX};
    CHECK(++tick == Tick{0});
    CHECK(tick > Tick{UINT32_MAX});
}
