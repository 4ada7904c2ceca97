#include "replication/rocks_room.hpp"

#include <engine_net/rewind.hpp>

#include <doctest/doctest.h>

using namespace engine_net;
using namespace rocks_room;

namespace {

constexpr std::uint32_t tick_rate = 50;

/// At a place on a line, moving along it by `speed` units a second.
Described moving(std::uint32_t id, float x, float speed = 0) {
    Described one = ship(id, 1);
    one.ship = {rocks::Vec2(x, 0), rocks::Vec2(speed, 0), 0, rocks::Hull::iron, false, 100, 40};
    return one;
}

float place_of(const Rewind& past, std::uint32_t id) {
    const auto ship = past.find<rocks::Ship>(EntityId{id});
    REQUIRE(ship);
    return ship->position().x();
}

} // namespace

TEST_CASE("rewind: an entity is where it was, also between two ticks") {
    History history(schema());
    for (std::uint32_t t = 1; t <= 10; ++t)
        tick(history, t, {moving(7, static_cast<float>(t), tick_rate)});
    CHECK(place_of({history, Tick{4}, 0, tick_rate}, 7) == doctest::Approx(4));
    CHECK(place_of({history, Tick{4}, 0.25, tick_rate}, 7) == doctest::Approx(4.25));
    CHECK(place_of({history, Tick{10}, 0, tick_rate}, 7) == doctest::Approx(10));
}

TEST_CASE("rewind: beyond what is there it is the newest, or the oldest, that is") {
    History history(schema());
    for (std::uint32_t t = 5; t <= 8; ++t) tick(history, t, {moving(7, static_cast<float>(t))});
    CHECK(place_of({history, Tick{20}, 0.5, tick_rate}, 7) == 8);
    CHECK(place_of({history, Tick{1}, 0.5, tick_rate}, 7) == 5);
    const History empty(schema());
    CHECK_FALSE(Rewind(empty, Tick{1}, 0, tick_rate).find<rocks::Ship>(EntityId{7}));
    CHECK_FALSE(Rewind().find<rocks::Ship>(EntityId{7}));
}

TEST_CASE("rewind: ticks that were caught up without a snapshot are bridged") {
    History history(schema());
    tick(history, 10, {moving(7, 0, 5 * tick_rate)});
    tick(history, 14, {moving(7, 20, 5 * tick_rate)});
    CHECK(place_of({history, Tick{11}, 0, tick_rate}, 7) == doctest::Approx(5));
    CHECK(place_of({history, Tick{12}, 0.5, tick_rate}, 7) == doctest::Approx(12.5));
}

TEST_CASE("rewind: what was not there then, or is another by now, is not found") {
    History history(schema());
    tick(history, 1, {moving(7, 1)});
    tick(history, 2, {moving(7, 2), moving(8, 2)});
    tick(history, 3, {moving(8, 3)});
    tick(history, 4, {moving(9, 9), moving(8, 4)}); // 9 lives where 7 did
    const Rewind first(history, Tick{1}, 0.5, tick_rate);
    CHECK_FALSE(first.find<rocks::Ship>(EntityId{8}));
    CHECK_FALSE(first.find<rocks::Ship>(EntityId{9}));
    CHECK_FALSE(first.find<rocks::Ship>(EntityId{7}));
    CHECK_FALSE(first.find<rocks::Rock>(EntityId{7}));
    std::vector<EntityId> seen;
    first.each<rocks::Ship>([&](EntityId id, const rocks::Ship& ship) {
        seen.push_back(id);
        CHECK(ship.position().x() == doctest::Approx(1.5));
    });
    CHECK(seen == std::vector{EntityId{7}});
    // Between its last tick and the next it stays where it was.
    Rewind(history, Tick{2}, 0.5, tick_rate).each<rocks::Ship>([](EntityId id, const auto& ship) {
        if (id == EntityId{7}) CHECK(ship.position().x() == 2);
    });
}
