// Which entity is which, over coded ticks: what rests, what goes and what takes its place.

#include "replication/rocks_room.hpp"
#include "replication/watched_room.hpp"

#include <doctest/doctest.h>

using namespace engine_net;
using namespace rocks_room;

namespace {

using Datagram = std::vector<std::uint8_t>;

/// A rock's numbers in a frame; none when it is not there.
std::vector<std::int32_t> row_of(const Frame& frame, std::uint32_t id) {
    const TypeFrame& rows = frame.types[rock_type()];
    for (std::size_t i = 0; i < rows.slots(); ++i) {
        if (rows.has(i) && rows.id[i] == EntityId{id})
            return {rows.row(i), rows.row(i) + schema().types()[rock_type()].columns.size()};
    }
    return {};
}

/// A room with one client that has everything but what a test loses.
struct Story {
    Story() : room(schema()) { watcher = &room.add_watcher(1, 1, {0, 0, 0}); }
    void tell(const std::vector<Described>& entities, int ticks = 1) {
        for (int i = 0; i < ticks; ++i) REQUIRE(room.step(described(entities)) == "");
    }
    /// A tick that never arrives.
    std::vector<Datagram> lose(const std::vector<Described>& entities) {
        room.describe(described(entities));
        std::vector<Datagram> lost;
        watcher->viewer.encode(room.now, [&](Bytes bytes) {
            lost.emplace_back(bytes.begin(), bytes.end());
        });
        return lost;
    }
    [[nodiscard]] const Frame& client() const {
        REQUIRE(watcher->replica.newest_complete_tick() == room.now);
        return *watcher->replica.find_frame(room.now);
    }

    WatchedRoom room;
    Watcher* watcher = nullptr;
};

} // namespace

TEST_CASE("identity: what was still for two seconds and then moves is still until it does") {
    WatchedRoom room(schema());
    // Sent every third tick, with losses: the baselines are some ticks old.
    Watcher& watcher = room.add_watcher(1, 3, {0.2, 0, 2});
    RandomRoom others(3, 20);
    const std::uint32_t door = 1'000;
    constexpr int still_ticks = 120;
    std::vector<std::int32_t> rest;
    int moving_frames = 0;
    bool was_smeared = false;
    for (int i = 0; i < 2 * still_ticks; ++i) {
        std::vector<Described> entities = others.step();
        const bool moves = i >= still_ticks;
        entities.push_back(rock(door, moves ? 1 + 0.5f * static_cast<float>(i - still_ticks) : 1));
        REQUIRE(room.step(described(entities), i % 3 == 0) == "");
        if (rest.empty()) rest = row_of(*room.history.newest(), door);

        const auto tick = watcher.replica.newest_complete_tick();
        if (!tick) continue;
        const auto seen = row_of(*watcher.replica.find_frame(*tick), door);
        const auto moved_for = static_cast<int>(tick->value) - 1 - still_ticks;
        if (moved_for <= 0) {
            was_smeared = was_smeared || seen != rest;
        } else {
            was_smeared = was_smeared || seen != row_of(*room.history.find(*tick), door);
            ++moving_frames;
        }
    }
    CHECK_FALSE(was_smeared);
    CHECK(moving_frames > 50);
}

TEST_CASE("identity: an id that comes back is another entity, though its end was lost") {
    Story story;
    for (int i = 0; i < 40; ++i) story.tell({rock(1, static_cast<float>(i) * 0.5f), rock(2, 7)});
    const auto before = story.client().types[rock_type()].incarnation[0];
    const auto first = row_of(story.client(), 1);
    story.lose({rock(2, 7)});
    SUBCASE("in the same slot") {
        story.tell({rock(1, 30), rock(2, 7)});
        CHECK(story.client().types[rock_type()].incarnation[0] != before);
        // The last column is the radius, which is told once in a life.
        CHECK(row_of(story.client(), 1).back() == 120);
        CHECK(first.back() != 120);
    }
    SUBCASE("in its slot there is another one, and it has that one's") {
        story.lose({});
        story.tell({rock(2, 60), rock(1, 30)});
        CHECK(story.client().types[rock_type()].id[0] == EntityId{2});
        CHECK(row_of(story.client(), 1).back() == 120);
        CHECK(row_of(story.client(), 2).back() == 240);
    }
    SUBCASE("as another type") {
        story.tell({ship(1, 1, 50), rock(2, 7)});
        CHECK(row_of(story.client(), 1).empty());
        CHECK(story.client().types[ship_type()].has(0));
        story.tell({rock(1, 30), rock(2, 7)});
        CHECK(row_of(story.client(), 1).back() == 120);
        CHECK_FALSE(story.client().types[ship_type()].has(0));
    }
}

TEST_CASE("identity: one that comes and goes every tick is never mixed with the one before") {
    Story story;
    for (int i = 0; i < 100; ++i) {
        const auto radius = static_cast<float>(i % 50);
        story.tell({rock(1, radius), rock(3, 1)});
        REQUIRE(row_of(story.client(), 1).back() == 4 * (i % 50));
        if (i % 3 == 0) {
            story.lose({rock(3, 1)});
        } else {
            story.tell({rock(3, 1)});
        }
    }
}

TEST_CASE("identity: a slot has had more users than incarnations have numbers" *
          doctest::test_suite("long")) {
    Story story;
    for (int i = 0; i < 66'000; ++i) {
        story.room.describe(described({}));
        story.room.describe(described({rock(1, 3)}));
    }
    for (int i = 0; i < 10; ++i) {
        story.tell({rock(1, static_cast<float>(i))}, 3);
        story.tell({});
    }
}

TEST_CASE("identity: ids at both ends of their range") {
    Story story;
    for (int i = 0; i < 20; ++i) {
        const auto place = static_cast<float>(i);
        story.tell({rock(0xFFFFFFFF, place), rock(1, 2)});
        story.tell({rock(0xFFFFFFFF, place), rock(1, 2), rock(0x80000000, 3), rock(0x7FFFFFFF, 4)});
    }
}

TEST_CASE("identity: each datagram of a coded tick stands alone, whichever comes first") { // A20
    std::vector<Described> old;
    for (std::uint32_t id = 1; id <= 100; ++id) old.push_back(rock(id));
    std::vector<Described> now = old;
    for (std::uint32_t id = 101; id <= 700; ++id) now.push_back(rock(id, 5));
    now[0] = rock(1, 2); // points at 700, say

    Story story;
    story.tell(old, 5);
    auto parts = story.lose(now);
    REQUIRE(parts.size() > 2);
    Replica& replica = story.watcher->replica;
    const auto place_of = [&](std::uint32_t id) {
        rocks::Rock seen;
        const bool is_there =
            replica.find(rocks::Rock::GetFullyQualifiedName(), EntityId{id}, &seen);
        return is_there ? seen.position().x() : -1;
    };
    SUBCASE("the pointing one") {
        REQUIRE(replica.receive(parts.front()) == ReceiveOutcome::ok);
        CHECK(place_of(1) == 2);
        CHECK(place_of(700) == -1);
        REQUIRE(replica.receive(parts.back()) == ReceiveOutcome::ok);
        CHECK(place_of(700) == 5);
    }
    SUBCASE("the one that is pointed at") {
        REQUIRE(replica.receive(parts.back()) == ReceiveOutcome::ok);
        CHECK(place_of(1) == 1);
        CHECK(place_of(700) == 5);
        REQUIRE(replica.receive(parts.front()) == ReceiveOutcome::ok);
        CHECK(place_of(1) == 2);
    }
    for (const Datagram& part : parts) replica.receive(part);
    CHECK(frame_difference(schema().types(), *story.room.history.newest(), story.client(), {}) ==
          "");
}
