#include "room/input_gap.hpp"

#include <doctest/doctest.h>

using namespace engine_net;

namespace {

void note(InputGap& gap, std::uint32_t from, std::uint32_t ticks, bool has_input) {
    for (std::uint32_t i = 0; i < ticks; ++i) gap.note(Tick{from + i}, has_input);
}

} // namespace

TEST_CASE("input gap: the longest run without an input, of late") {
    InputGap gap;
    CHECK(gap.longest() == TickRange{});
    note(gap, 1, 10, true);
    CHECK(gap.longest().ticks == 0);
    note(gap, 11, 5, false);
    CHECK(gap.longest() == TickRange{Tick{11}, 5}); // while it lasts
    note(gap, 16, 3, true);
    note(gap, 19, 2, false);
    note(gap, 21, 1, true);
    CHECK(gap.longest() == TickRange{Tick{11}, 5}); // a lost datagram does not hide it
    note(gap, 22, max_replayed_inputs, true);
    CHECK(gap.longest().ticks == 0);
}

TEST_CASE("input gap: across the end of the tick numbers") {
    InputGap gap;
    note(gap, 0xFFFFFFF0, 8, true);
    note(gap, 0xFFFFFFF8, 16, false);
    CHECK(gap.longest() == TickRange{Tick{0xFFFFFFF8}, 16});
    CHECK(gap.longest().has(Tick{3}));
    CHECK_FALSE(gap.longest().has(Tick{8}));
}
