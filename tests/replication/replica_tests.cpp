#include "replication/replica.hpp"
#include "replication/rocks_room.hpp"
#include "replication/viewer.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace engine_net;
using namespace rocks_room;

namespace {

using Datagram = std::vector<std::uint8_t>;

/// A room with one viewer, presence 1, whose datagrams the test hands on as it likes.
struct Server {
    std::vector<Datagram> show(std::uint32_t at, const std::vector<Described>& entities) {
        tick(history, at, entities);
        std::vector<Datagram> datagrams;
        viewer.encode(Tick{at}, [&](Bytes bytes) {
            datagrams.emplace_back(bytes.begin(), bytes.end());
        });
        return datagrams;
    }
    History history{schema()};
    SnapshotEncoder encoder{history};
    Viewer viewer{encoder, PresenceId{1}};
};

std::vector<std::uint32_t> rocks_in(const Replica& replica) {
    std::vector<std::uint32_t> ids;
    replica.each(rocks::Rock::GetFullyQualifiedName(), [&](EntityId id, const void*) {
        ids.push_back(id.value);
    });
    return ids;
}

float radius_of(const Replica& replica, std::uint32_t id) {
    rocks::Rock seen;
    return replica.find(rocks::Rock::GetFullyQualifiedName(), EntityId{id}, &seen)
               ? seen.position().x()
               : -1;
}

std::vector<Described> many_rocks(float radius) {
    std::vector<Described> rocks;
    for (std::uint32_t id = 1; id <= 150; ++id) rocks.push_back(rock(id, radius));
    return rocks;
}

} // namespace

TEST_CASE("replica: it shows what the room described") {
    Server server;
    Replica replica(schema());
    const rocks::Ship ship({1.5f, -2}, {3, 4}, 1, rocks::Hull::steel, true, 77, 400);
    Described described{9, true, PresenceId{1}, {}, ship};
    for (const Datagram& one : server.show(1, {described}))
        CHECK(replica.receive(one) == ReceiveOutcome::ok);

    rocks::Ship seen;
    REQUIRE(replica.find(rocks::Ship::GetFullyQualifiedName(), EntityId{9}, &seen));
    CHECK(seen.position().x() == 1.5f);
    CHECK(seen.position().y() == -2);
    CHECK(seen.velocity().y() == 4);
    CHECK(seen.heading() == doctest::Approx(1).epsilon(0.004));
    CHECK(seen.hull() == rocks::Hull::steel);
    CHECK(seen.shielded());
    CHECK(seen.fuel() == 77);
    CHECK(seen.ammo() == 400);
    CHECK_FALSE(replica.find(rocks::Rock::GetFullyQualifiedName(), EntityId{9}, &seen));
    CHECK_FALSE(replica.find("rocks.Nothing", EntityId{9}, &seen));
    CHECK_FALSE(replica.find(rocks::Ship::GetFullyQualifiedName(), EntityId{}, &seen));
}

TEST_CASE("replica: a datagram that comes late does not put its entities back") {
    Server server;
    Replica replica(schema());
    const auto old = server.show(1, {rock(1, 1), rock(2, 1)});
    const auto young = server.show(2, {rock(2, 5)});
    CHECK(replica.receive(young[0]) == ReceiveOutcome::ok);
    CHECK(replica.receive(old[0]) == ReceiveOutcome::ok); // kept as an older version
    CHECK(rocks_in(replica) == std::vector<std::uint32_t>{2});
    CHECK(radius_of(replica, 2) == 5);
    CHECK(replica.newest_tick() == Tick{2});
    CHECK(replica.state_hash(Tick{1}));
    REQUIRE(replica.find_frame(Tick{1}));
    CHECK(replica.find_frame(Tick{1})->types[rock_type()].has(0));
}

TEST_CASE("replica: a lost part leaves its entities as they were, the others go on") {
    Server server;
    Replica replica(schema());
    for (const Datagram& one : server.show(1, many_rocks(1))) replica.receive(one);
    const auto next = server.show(2, many_rocks(2));
    REQUIRE(next.size() == 3);
    replica.receive(next[2]);
    replica.receive(next[0]);
    CHECK(radius_of(replica, 1) == 2);
    CHECK(radius_of(replica, 75) == 1);
    CHECK(radius_of(replica, 150) == 2);
    CHECK(replica.newest_tick() == Tick{2});
    CHECK(replica.newest_complete_tick() == Tick{1});
    CHECK_FALSE(replica.state_hash(Tick{2}));
    replica.receive(next[1]);
    CHECK(radius_of(replica, 75) == 2);
    CHECK(replica.newest_complete_tick() == Tick{2});
}

TEST_CASE("replica: that an entity is gone is known from any part that covers its slot") {
    Server server;
    Replica replica(schema());
    for (const Datagram& one : server.show(1, many_rocks(1))) replica.receive(one);
    std::vector<Described> fewer = many_rocks(1);
    fewer.erase(fewer.begin() + 2);
    replica.receive(server.show(2, fewer)[0]);
    CHECK(replica.entities() == 149);
    CHECK(radius_of(replica, 3) == -1);
    // The room is nearly empty now: its one datagram says that nothing is in all later slots.
    replica.receive(server.show(3, {rock(1)})[0]);
    CHECK(rocks_in(replica) == std::vector<std::uint32_t>{1});
}

TEST_CASE("replica: what was told of a later slot before it ended does not come back") {
    Server server;
    Replica replica(schema());
    const auto full = server.show(1, many_rocks(1));
    replica.receive(server.show(2, {rock(1, 3)})[0]);
    for (const Datagram& one : full) CHECK(replica.receive(one) == ReceiveOutcome::ok);
    CHECK(rocks_in(replica) == std::vector<std::uint32_t>{1});
    CHECK(radius_of(replica, 1) == 3);
}

TEST_CASE("replica: an entity that points at one not yet known does not wait for it") {
    Server server;
    Replica replica(schema());
    std::vector<Described> entities = many_rocks(1);
    const auto parts = server.show(1, entities);
    replica.receive(parts[0]);
    CHECK(radius_of(replica, 1) == 1);
    CHECK(radius_of(replica, 150) == -1);
    replica.receive(parts[2]);
    CHECK(radius_of(replica, 150) == 1);
}

TEST_CASE("replica: an id that moves to another slot is there once") {
    Server server;
    Replica replica(schema());
    const auto first = server.show(1, {rock(1), rock(2), rock(3)});
    const auto second = server.show(2, {rock(3)});
    const auto third = server.show(3, {rock(2, 7), rock(3)});              // 2 in slot 0 now
    const auto fourth = server.show(4, {rock(1, 8), rock(2, 7), rock(3)}); // 1 in slot 1
    SUBCASE("in order") {
        for (const auto* one : {&first, &second, &third, &fourth})
            CHECK(replica.receive((*one)[0]) == ReceiveOutcome::ok);
    }
    SUBCASE("the end at first") {
        for (const auto* one : {&fourth, &third, &second, &first})
            CHECK(replica.receive((*one)[0]) == ReceiveOutcome::ok);
    }
    SUBCASE("with holes") {
        for (const auto* one : {&first, &fourth, &second})
            CHECK(replica.receive((*one)[0]) == ReceiveOutcome::ok);
    }
    CHECK(replica.entities() == 3);
    CHECK(rocks_in(replica) == std::vector<std::uint32_t>{2, 1, 3});
    CHECK(radius_of(replica, 1) == 8);
    CHECK(radius_of(replica, 2) == 7);
}

TEST_CASE("replica: private columns that come before their entity wait for it") {
    // More ships of one's own than the last shared datagram has room for.
    Server server;
    Replica replica(schema());
    std::vector<Described> ships;
    for (std::uint32_t id = 1; id <= 200; ++id) ships.push_back(ship(id, 1, 55));
    auto parts = server.show(1, ships);
    REQUIRE(parts.size() > 4);
    std::ranges::reverse(parts);
    for (const Datagram& one : parts) REQUIRE(replica.receive(one) == ReceiveOutcome::ok);
    std::size_t seen = 0;
    replica.each(rocks::Ship::GetFullyQualifiedName(), [&](EntityId, const void* state) {
        ++seen;
        CHECK(static_cast<const rocks::Ship*>(state)->fuel() == 55);
    });
    CHECK(seen == 200);
    CHECK(replica.newest_complete_tick() == Tick{1});
}

TEST_CASE("replica: ticks older than what is kept are stale and not acked") {
    Server server;
    Replica replica(schema());
    const auto old = server.show(1, {rock(1)});
    const auto young = server.show(1 + history_ticks, {rock(1)});
    replica.receive(young[0]);
    const Acks before = replica.acks();
    CHECK(replica.receive(old[0]) == ReceiveOutcome::stale);
    CHECK(replica.acks().bits == before.bits);
}

TEST_CASE("replica: hashes are there for the newest ticks only") {
    Server server;
    Replica replica(schema());
    for (std::uint32_t t = 1; t <= hashed_ticks + 1; ++t)
        replica.receive(server.show(t, {rock(1)})[0]);
    CHECK(replica.state_hash(Tick{2}));
    CHECK_FALSE(replica.state_hash(Tick{1}));
    CHECK_FALSE(replica.state_hash(Tick{hashed_ticks + 2}));
}

TEST_CASE("replica: after clear nothing is left, and nothing up to the floor is taken") {
    Server server;
    Replica replica(schema());
    replica.receive(server.show(1, {rock(1), ship(2, 1)})[0]);
    const auto late = server.show(2, {rock(1)});
    const auto next = server.show(3, {rock(7)});
    replica.clear(Tick{2});
    CHECK(replica.entities() == 0);
    CHECK_FALSE(replica.newest_tick());
    CHECK_FALSE(replica.newest_complete_tick());
    CHECK_FALSE(replica.acks().any);
    CHECK_FALSE(replica.state_hash(Tick{1}));
    CHECK(replica.receive(late[0]) == ReceiveOutcome::stale);
    CHECK_FALSE(replica.acks().any);
    CHECK(replica.receive(next[0]) == ReceiveOutcome::ok);
    CHECK(rocks_in(replica) == std::vector<std::uint32_t>{7});
}
