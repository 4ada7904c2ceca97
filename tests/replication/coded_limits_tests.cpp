// As many entities and slots as there can be, through coded ticks.

#include "replication/rocks_room.hpp"
#include "replication/watched_room.hpp"

#include <doctest/doctest.h>

using namespace engine_net;
using namespace rocks_room;

namespace {

std::vector<Described> many_rocks(std::size_t count, std::uint32_t first_id = 1) {
    std::vector<Described> made;
    for (std::size_t i = 0; i < count; ++i)
        made.push_back(rock(first_id + static_cast<std::uint32_t>(i), 2));
    return made;
}

/// Watched over links that lose nothing, by someone and by nobody in particular.
struct Full {
    void watch() {
        room.add_watcher(1, 1, {0, 0, 0});
        room.add_watcher(0, 2, {0, 0, 0});
    }
    std::string tell(const std::vector<Described>& entities) {
        return room.step(described(entities));
    }
    /// Every client has the newest tick, and it was compared.
    [[nodiscard]] bool is_told() const {
        for (const auto& watcher : room.watchers) {
            if (watcher->replica.newest_complete_tick() != room.now) return false;
            if (watcher->replica.entities() != room.history.entities()) return false;
        }
        return true;
    }

    WatchedRoom room{schema()};
};

} // namespace

TEST_CASE("coded limits: 0, 1, all, and one more than all entities are told alike") { // A18
    for (const std::size_t count :
         {std::size_t{0}, std::size_t{1}, max_entities - 1, max_entities, max_entities + 1}) {
        CAPTURE(count);
        Full full;
        full.watch();
        std::vector<Described> entities = many_rocks(count);
        for (int i = 0; i < 3; ++i) {
            for (std::size_t k = 0; k < std::min<std::size_t>(count, 50); ++k)
                entities[k * 7 % count].rock = rock_state(static_cast<float>(i));
            REQUIRE(full.tell(entities) == "");
            REQUIRE(full.is_told());
        }
        CHECK(full.room.history.entities() == std::min(count, max_entities));
        CHECK(full.room.history.entities_refused() == (count > max_entities ? 3 : 0));
        for (const auto& watcher : full.room.watchers) CHECK(watcher->checked == 3);
    }
}

TEST_CASE("coded limits: a room fills up and empties from tick to tick") {
    Full full;
    full.watch();
    const std::vector<Described> most = many_rocks(max_entities);
    const std::vector<Described> none;
    const std::vector<Described> one = many_rocks(1, 77);
    for (const auto* entities : {&none, &one, &none, &one}) {
        REQUIRE(full.tell(*entities) == "");
        REQUIRE(full.is_told());
    }
    // This is too much for deltas, and whole states come once a second.
    full.room.now = full.room.now + static_cast<std::int32_t>(WatchedRoom::ticks_per_second);
    for (const auto* entities : {&most, &one, &none}) {
        REQUIRE(full.tell(*entities) == "");
        REQUIRE(full.is_told());
    }
}

TEST_CASE("coded limits: all slots of a room are in use") {
    Full full;
    full.room.describe(described(many_rocks(max_entities)));
    // Those that go and those that come in one tick are not in the same slots.
    std::vector<Described> last_slots = many_rocks(max_entities, 100'000);
    full.room.describe(described(last_slots));
    const TypeFrame& rows = full.room.history.newest()->types[rock_type()];
    CHECK(rows.slots() == max_slots);
    CHECK_FALSE(rows.has(0));
    CHECK(rows.has(max_slots - 1));

    full.watch();
    for (int i = 0; i < 2; ++i) {
        last_slots.back().rock = rock_state(static_cast<float>(i));
        REQUIRE(full.tell(last_slots) == "");
        REQUIRE(full.is_told());
    }
    CHECK(full.room.history.entities_refused() == 0);
    last_slots.pop_back();
    last_slots.push_back(ship(1, 1)); // its type would need one slot more
    REQUIRE(full.tell(last_slots) == "");
    CHECK(full.room.history.entities_refused() == 1);
    last_slots.back() = rock(1);
    REQUIRE(full.tell(last_slots) == "");
    CHECK(full.room.history.newest()->types[rock_type()].id[0] == EntityId{1});
    CHECK(full.is_told());
}

TEST_CASE("coded limits: what is too much for deltas comes whole, tick after tick") {
    Full full;
    full.watch();
    for (std::uint32_t i = 0; i < 4; ++i) {
        CAPTURE(i);
        const auto first_id = static_cast<std::uint32_t>(1 + i * max_entities);
        REQUIRE(full.tell(many_rocks(max_entities, first_id)) == "");
        REQUIRE(full.is_told());
    }
}
