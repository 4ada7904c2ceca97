#include "replication/rocks_room.hpp"
#include "room/byte_watch.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace engine_net;
using rocks_room::schema;

namespace {

constexpr std::uint32_t tick_rate = 60;

/// Who is measured in a tick with so many viewers, by number from 1 on.
std::set<std::uint32_t> measured_in_tick(ByteWatch& watch, std::uint32_t viewers) {
    std::set<std::uint32_t> measured;
    watch.begin_tick();
    for (std::uint32_t i = 1; i <= viewers; ++i) {
        if (watch.meter_for(PresenceId{i})) measured.insert(i);
    }
    return measured;
}

} // namespace

TEST_CASE("byte watch: of all viewers one is measured in a tick, and each has its turn") {
    ByteWatch watch(schema().types(), tick_rate);
    watch.ask({}, Tick{1});
    std::multiset<std::uint32_t> turns;
    for (int i = 0; i < 15; ++i) {
        const auto measured = measured_in_tick(watch, 5);
        CHECK(measured.size() == 1);
        turns.insert(measured.begin(), measured.end());
    }
    for (std::uint32_t viewer = 1; viewer <= 5; ++viewer) CHECK(turns.count(viewer) == 3);
}

TEST_CASE("byte watch: a viewer that is asked for is measured in each tick") {
    ByteWatch watch(schema().types(), tick_rate);
    watch.ask(PresenceId{3}, Tick{1});
    for (int i = 0; i < 10; ++i) CHECK(measured_in_tick(watch, 5) == std::set<std::uint32_t>{3});
}

TEST_CASE("byte watch: it is forgotten when nobody asks for some seconds") {
    ByteWatch watch(schema().types(), tick_rate);
    watch.ask({}, Tick{1});
    watch.ask(PresenceId{3}, Tick{100});
    CHECK_FALSE(watch.is_forgotten(Tick{200}));
    CHECK(watch.is_forgotten(Tick{100 + 4 * tick_rate}));
}

TEST_CASE("byte watch: who comes when many are asked for takes the place of the oldest") {
    ByteWatch watch(schema().types(), tick_rate);
    for (std::uint32_t i = 1; i <= 5; ++i) watch.ask(PresenceId{i}, Tick{i});
    CHECK(measured_in_tick(watch, 9) == std::set<std::uint32_t>{2, 3, 4, 5});
}
