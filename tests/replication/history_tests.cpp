#include "replication/history.hpp"
#include "replication/rocks_room.hpp"
#include "replication/sections.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace engine_net;
using namespace rocks_room;

TEST_CASE("history: an entity keeps slot and incarnation while it is described") {
    History history(schema());
    tick(history, 1, {rock(5), rock(7)});
    tick(history, 2, {rock(7), rock(5)});
    const TypeFrame& before = history.find(Tick{1})->types[rock_type()];
    const TypeFrame& after = history.find(Tick{2})->types[rock_type()];
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(before.id[i] == after.id[i]);
        CHECK(before.incarnation[i] == after.incarnation[i]);
    }
    CHECK(history.entities() == 2);
    CHECK(history.newest()->tick == Tick{2});
}

TEST_CASE("history: what is not described is gone, and its id is a new incarnation afterwards") {
    History history(schema());
    tick(history, 1, {rock(5), rock(7)});
    tick(history, 2, {rock(7)});
    CHECK_FALSE(history.find(Tick{2})->types[rock_type()].has(0));
    tick(history, 3, {rock(7), rock(5)});
    const TypeFrame& first = history.find(Tick{1})->types[rock_type()];
    const TypeFrame& again = history.find(Tick{3})->types[rock_type()];
    CHECK(again.id[0] == EntityId{5});
    CHECK(again.incarnation[0] != first.incarnation[0]);
    CHECK(again.incarnation[1] == first.incarnation[1]);
}

TEST_CASE("history: the lowest free slot is used again first") {
    History history(schema());
    tick(history, 1, {rock(1), rock(2), rock(3), rock(4)});
    tick(history, 2, {rock(1), rock(4)});
    tick(history, 3, {rock(1), rock(4), rock(9)});
    CHECK(history.newest()->types[rock_type()].id[1] == EntityId{9});
    CHECK(history.newest()->types[rock_type()].slots() == 4);
}

TEST_CASE("history: an id that comes back as another type is a new entity") {
    History history(schema());
    tick(history, 1, {rock(5)});
    tick(history, 2, {ship(5, 0)});
    CHECK(history.find(Tick{2})->types[ship_type()].id[0] == EntityId{5});
    CHECK_FALSE(history.find(Tick{2})->types[rock_type()].has(0));
    tick(history, 3, {rock(5)});
    CHECK(history.entities() == 1);
    CHECK(history.find(Tick{3})->types[rock_type()].incarnation[0] == 2);
    CHECK(history.entities_refused() == 0);
}

TEST_CASE("history: an id as two types in one tick is the type that was described first") {
    History history(schema());
    tick(history, 1, {rock(5), rock(6)});
    tick(history, 2, {ship(5, 0), rock(5), rock(6)});
    CHECK(history.entities() == 2);
    CHECK(history.entities_refused() == 1);
    CHECK(history.newest()->types[ship_type()].has(0));
    CHECK_FALSE(history.newest()->types[rock_type()].has(0));
    CHECK(history.newest()->types[rock_type()].has(1));
}

TEST_CASE("history: the order in which entities are described does not matter") {
    History history(schema());
    std::vector<Described> rocks;
    for (std::uint32_t id = 1; id <= 20; ++id) rocks.push_back(rock(id, static_cast<float>(id)));
    tick(history, 1, rocks);
    const TypeFrame first = history.newest()->types[rock_type()];
    std::rotate(rocks.begin(), rocks.begin() + 7, rocks.end());
    std::swap(rocks[3], rocks[12]);
    tick(history, 2, rocks);
    const TypeFrame& second = history.newest()->types[rock_type()];
    CHECK(second.id == first.id);
    CHECK(second.incarnation == first.incarnation);
    for (std::size_t i = 0; i < first.slots(); ++i) CHECK(*second.row(i) == *first.row(i));
    CHECK(history.entities_refused() == 0);
}

TEST_CASE("history: no id, an id twice and an unknown type are left out and counted") {
    History history(schema());
    auto& snapshot = history.begin(Tick{1});
    snapshot.add(EntityId{}, rock_state(0));
    CHECK(history.entities_refused() == 1);
    snapshot.add(EntityId{1}, rock_state(0));
    snapshot.add(EntityId{1}, rock_state(1));
    snapshot.add(EntityId{1}, ship_state(1), PresenceId{1});
    CHECK(history.entities_refused() == 3);
    snapshot.add(EntityId{2}, rocks::Input(0, rocks::Hull::wood, false)); // not replicated
    CHECK(history.entities_refused() == 4);
    history.commit();
    CHECK(history.entities() == 1);
    CHECK(history.newest()->types[rock_type()].has(0));
}

TEST_CASE("history: max_entities are taken, one more is left out and counted") {
    History history(schema());
    for (std::uint32_t t = 1; t <= 3; ++t) {
        auto& snapshot = history.begin(Tick{t});
        for (std::uint32_t id = 1; id <= max_entities + 1; ++id)
            snapshot.add(EntityId{id + t}, rock_state(0));
        history.commit();
        CHECK(history.entities() == max_entities);
        CHECK(history.entities_refused() == t);
    }
}

TEST_CASE("history: a whole room can turn into another type") {
    History history(schema());
    std::vector<Described> rocks;
    std::vector<Described> ships;
    for (std::uint32_t id = 1; id <= 5'000; ++id) {
        rocks.push_back(rock(id));
        ships.push_back(ship(id, 0));
    }
    tick(history, 1, rocks);
    tick(history, 2, ships);
    tick(history, 3, rocks);
    CHECK(history.entities() == 5'000);
    CHECK(history.entities_refused() == 0);
}

TEST_CASE("history: it holds history_ticks ticks and no more, across the end of the counter") {
    History history(schema());
    const Tick first{0xFFFFFFFFu - 200};
    for (int i = 0; i < 400; ++i) {
        const Tick now = first + i;
        tick(history, now.value, {rock(1)});
        REQUIRE(history.find(now));
        const int oldest = std::max(0, i - static_cast<int>(history_ticks) + 1);
        REQUIRE(history.find(first + oldest));
        REQUIRE_FALSE(history.find(first + (oldest - 1)));
        REQUIRE_FALSE(history.find(now + 1));
    }
}

TEST_CASE("history: ticks may be left out") {
    History history(schema());
    tick(history, 1, {rock(1)});
    tick(history, 50, {rock(1)});
    CHECK(history.find(Tick{1}));
    CHECK_FALSE(history.find(Tick{2}));
    CHECK(history.find(Tick{50})->types[rock_type()].incarnation[0] == 1);
}

TEST_CASE("history: spawn_only fields stay as they were when the entity appeared") {
    History history(schema());
    const EntityType& type = schema().types()[rock_type()];
    const auto radius_at = [&](std::uint32_t at) {
        const std::int32_t* row = history.find(Tick{at})->types[rock_type()].row(0);
        for (const Field& field : type.fields) {
            if (field.name == "radius") return row[field.first_column] * 0.25;
        }
        return -1.0;
    };
    tick(history, 1, {rock(1, 3)});
    tick(history, 2, {rock(1, 9)});
    tick(history, 3, {rock(1, 9)});
    CHECK(radius_at(2) == 3);
    CHECK(radius_at(3) == 3);
    tick(history, 4, {});
    tick(history, 5, {rock(1, 9)});
    CHECK(radius_at(5) == 9);
}

TEST_CASE(
    "history: owned_by gives an owner's entities with private columns, in the order of slots") {
    History history(schema());
    tick(history, 1, {ship(1, 8), ship(2, 9), rock(3), ship(4, 8), ship(5, 0)});
    const auto owned = history.owned_by(PresenceId{8}, Tick{1});
    REQUIRE(owned.size() == 2);
    CHECK(owned[0].index == 0);
    CHECK(owned[1].index == 2);
    CHECK(history.owned_by(PresenceId{9}, Tick{1}).size() == 1);
    CHECK(history.owned_by(PresenceId{7}, Tick{1}).empty());
    CHECK(history.owned_by(PresenceId{}, Tick{1}).empty());
    CHECK(history.owned_by(PresenceId{8}, Tick{2}).empty());
}
