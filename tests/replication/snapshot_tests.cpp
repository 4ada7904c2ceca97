#include "replication/replica.hpp"
#include "replication/rocks_room.hpp"
#include "replication/state_hash.hpp"
#include "replication/viewer.hpp"
#include "replication/watched_room.hpp"

#include <doctest/doctest.h>

using namespace engine_net;
using namespace rocks_room;

namespace {

struct Play {
    std::uint32_t first_tick = 1;
    std::uint32_t ticks = 400;
    std::size_t entities = 150;
    UnreliableLink::Conditions conditions = {};
    std::uint32_t watchers = 4;
};

/// Plays a room to viewers, one of whom owns nothing, and compares all that can be.
void play(std::uint64_t seed, const Play& how) {
    WatchedRoom room(schema(), Tick{how.first_tick - 1});
    RandomRoom rocks(seed, how.entities);
    for (std::uint32_t who = 0; who < how.watchers; ++who)
        room.add_watcher(who, seed * 10 + who * 2, how.conditions);
    std::string wrong;
    for (std::uint32_t step = 0; step < how.ticks && wrong.empty(); ++step) {
        wrong = room.step(described(rocks.step()));
    }
    CHECK(wrong == "");
    for (const auto& watcher : room.watchers) {
        CHECK(watcher->viewer.forged_acks() == 0);
        CHECK(watcher->unknown_versions == 0);
        CHECK(watcher->checked > how.ticks / 20);
        CHECK(watcher->compared > how.ticks / 20);
    }
}

} // namespace

TEST_CASE(
    "snapshot: a whole tick on the client is the server's, whatever gets lost or comes twice") {
    for (std::uint64_t seed = 1; seed <= 2; ++seed) play(seed, {.ticks = 150, .entities = 60});
}

TEST_CASE("snapshot: on a perfect link each tick arrives whole") {
    play(5, {.ticks = 100, .conditions = {0, 0, 0}});
}

TEST_CASE("snapshot: on a very bad link too") {
    play(6, {.ticks = 400, .entities = 30, .conditions = {0.5, 0.3, 20}});
}

TEST_CASE("snapshot: the tick counter wraps without a lost update") { // A12
    play(7, {.first_tick = 0xFFFFFFFFu - 200, .entities = 20});
    play(8, {.first_tick = 65'536 - 200, .entities = 20});
}

TEST_CASE("snapshot: the datagrams' counter wraps without a lost update" *
          doctest::test_suite("long")) {
    // About 25 datagrams a tick pass 65,536 on the way.
    play(9, {.ticks = 3'000, .entities = 1'100, .conditions = {0.002, 0.01, 2}, .watchers = 1});
}

TEST_CASE("snapshot: state checks are taken once, and never of an older tick after a newer") {
    History history(schema());
    SnapshotEncoder encoder(history);
    Viewer viewer(encoder, PresenceId{1});
    CHECK_FALSE(viewer.take_state_check());
    std::uint16_t sequence = 0;
    for (std::uint32_t t = 1; t <= 3; ++t) {
        tick(history, t, {rock(1)});
        viewer.encode(Tick{t}, [](Bytes) {});
    }
    viewer.on_ack(static_cast<std::uint16_t>(sequence + 1), 0);
    REQUIRE(viewer.take_state_check());
    CHECK_FALSE(viewer.take_state_check());
    viewer.on_ack(sequence, 0);
    CHECK_FALSE(viewer.take_state_check());
    viewer.on_ack(static_cast<std::uint16_t>(sequence + 2), 0);
    CHECK(viewer.take_state_check()->tick == Tick{3});
}

TEST_CASE("snapshot: the hash of the same room is the same number on every machine") {
    History history(schema());
    RandomRoom room(31);
    for (std::uint32_t t = 1; t <= 50; ++t) tick(history, t, room.step());
    const std::uint64_t shared = hash_shared(schema().types(), *history.newest());
    const auto own = history.owned_by(PresenceId{1}, Tick{50});
    CHECK(shared == 0xA943BAF9D096265Eu);
    CHECK(hash_own(shared, schema().types(), *history.newest(), own) == 0x8207F68A9CC72EEFu);
    CHECK(schema().layout_digest() == 0x55BB742176E4D311u);
}

TEST_CASE("snapshot: an empty room is one datagram, and empties the client") {
    History history(schema());
    SnapshotEncoder encoder(history);
    Viewer viewer(encoder, PresenceId{1});
    Replica replica(schema());
    const auto show = [&](std::uint32_t at, const std::vector<Described>& entities) {
        int datagrams = 0;
        tick(history, at, entities);
        viewer.encode(Tick{at}, [&](Bytes datagram) {
            ++datagrams;
            CHECK(replica.receive(datagram) == ReceiveOutcome::ok);
        });
        return datagrams;
    };
    CHECK(show(1, {}) == 1);
    CHECK(replica.newest_complete_tick() == Tick{1});
    CHECK(replica.entities() == 0);
    CHECK(show(2, {rock(1), ship(2, 1)}) == 1);
    CHECK(replica.entities() == 2);
    CHECK(show(3, {}) == 1);
    CHECK(replica.entities() == 0);
    rocks::Rock seen;
    CHECK_FALSE(replica.find(rocks::Rock::GetFullyQualifiedName(), EntityId{1}, &seen));
}

TEST_CASE("snapshot: hashes agree at 1, max_entities - 1, max_entities and one more described") {
    for (const std::size_t described :
         {std::size_t{1}, max_entities - 1, max_entities, max_entities + 1}) {
        CAPTURE(described);
        History history(schema());
        SnapshotEncoder encoder(history);
        Viewer viewer(encoder, PresenceId{1});
        Replica replica(schema());
        std::vector<Described> rocks;
        for (std::size_t i = 1; i <= described; ++i)
            rocks.push_back(rock(static_cast<std::uint32_t>(i), 2));
        tick(history, 1, rocks);
        CHECK(history.entities_refused() == (described > max_entities ? 1 : 0));

        viewer.encode(Tick{1}, [&](Bytes datagram) {
            REQUIRE(datagram.size() <= max_message_bytes);
            REQUIRE(replica.receive(datagram) == ReceiveOutcome::ok);
            const Acks acks = replica.acks();
            viewer.on_ack(acks.newest, acks.bits);
        });
        const auto check = viewer.take_state_check();
        REQUIRE(check);
        CHECK(replica.state_hash(Tick{1}) == check->hash);
        CHECK(replica.entities() == std::min(described, max_entities));
    }
}

TEST_CASE(
    "snapshot: a viewer who owns all that a tick may hold gets it in at most max_parts datagrams") {
    History history(schema());
    SnapshotEncoder encoder(history);
    Viewer viewer(encoder, PresenceId{1});
    Replica replica(schema());
    std::vector<Described> ships;
    for (std::uint32_t id = 1; id <= max_entities; ++id) ships.push_back(ship(id, 1));
    tick(history, 1, ships);
    CHECK(history.entities_refused() > 0); // more than the datagrams of one tick hold
    CHECK(history.entities() > max_entities / 2);
    viewer.encode(Tick{1}, [&](Bytes datagram) {
        REQUIRE(replica.receive(datagram) == ReceiveOutcome::ok);
    });
    CHECK(viewer.datagrams() <= max_parts);
    CHECK(viewer.datagrams() > max_parts - 25);
    CHECK(replica.newest_complete_tick() == Tick{1});
    CHECK(replica.entities() == history.entities());
}

TEST_CASE("snapshot: the datagrams of a tick are about equally long") {
    History history(schema());
    SnapshotEncoder encoder(history);
    std::vector<Described> entities;
    for (std::uint32_t id = 1; id <= 200; ++id) entities.push_back(id % 3 ? rock(id) : ship(id, 0));
    tick(history, 1, entities);
    const auto sections = encoder.shared_sections(Tick{1});
    REQUIRE(sections.size() == 3);
    std::size_t longest = 0;
    std::size_t shortest = max_message_bytes;
    for (const SharedSection& section : sections) {
        longest = std::max(longest, section.bytes.size());
        shortest = std::min(shortest, section.bytes.size());
    }
    CHECK(longest - shortest < 40);
}

TEST_CASE("snapshot: the shared sections are the same bytes for all, coded once") {
    History history(schema());
    SnapshotEncoder encoder(history);
    tick(history, 1, {ship(1, 1), ship(2, 2), rock(3)});
    const std::uint8_t* coded = encoder.shared_sections(Tick{1})[0].bytes.data();
    CHECK(encoder.shared_sections(Tick{1})[0].bytes.data() == coded);
    CHECK(encoder.shared_sections(Tick{2}).empty());
    CHECK(encoder.shared_sections(Tick{1}).size() == 1);
}

TEST_CASE("snapshot: what is for the owner alone reaches nobody else") {
    History history(schema());
    SnapshotEncoder encoder(history);
    RandomRoom room(11);
    Viewer viewers[] = {
        {encoder, PresenceId{}}, {encoder, PresenceId{1}}, {encoder, PresenceId{2}}};
    for (std::uint32_t t = 1; t <= 100; ++t) {
        tick(history, t, room.step());
        const Frame& frame = *history.find(Tick{t});
        for (Viewer& viewer : viewers) {
            std::size_t own = 0;
            viewer.encode(Tick{t}, [&](Bytes datagram) {
                ByteReader reader(datagram);
                reader.read<wire::SnapshotHeader>();
                const auto lengths = reader.read<std::uint16_t>();
                Sections told;
                REQUIRE(
                    decode_shared(schema().types(), reader.read_bytes(lengths & 0x7FFFu), told));
                // A shared entity has shared columns only: nothing else was read from it.
                for (const ToldEntity& entity : told.shared) {
                    REQUIRE(entity.numbers + schema().types()[entity.slot.type].shared_columns <=
                            told.numbers.size());
                }
                if ((lengths & has_private_bit) == 0) {
                    REQUIRE(reader.finished());
                    return;
                }
                REQUIRE(decode_private(schema().types(), reader.rest(), told));
                for (const ToldEntity& entity : told.own) {
                    REQUIRE(frame.types[entity.slot.type].owner[entity.slot.index] ==
                            viewer.presence());
                }
                own += told.own.size();
            });
            REQUIRE(own == history.owned_by(viewer.presence(), Tick{t}).size());
        }
    }
    CHECK(viewers[0].bytes() < viewers[1].bytes());
}

TEST_CASE("snapshot: however little room the shared section leaves, one's own comes too") {
    for (std::uint32_t ships = 1; ships <= 150; ++ships) {
        History history(schema());
        SnapshotEncoder encoder(history);
        Viewer viewer(encoder, PresenceId{1});
        Replica replica(schema());
        std::vector<Described> entities;
        for (std::uint32_t id = 1; id <= ships; ++id) entities.push_back(ship(id, 1, 33));
        tick(history, 1, entities);
        bool is_good = true;
        viewer.encode(Tick{1}, [&](Bytes datagram) {
            is_good = is_good && datagram.size() <= max_message_bytes &&
                      replica.receive(datagram) == ReceiveOutcome::ok;
        });
        std::size_t own = 0;
        replica.each("rocks.Ship", [&](EntityId, const void* state) {
            own += static_cast<const rocks::Ship*>(state)->fuel() == 33;
        });
        REQUIRE_MESSAGE((is_good && own == ships), ships);
    }
}

TEST_CASE("snapshot: two rooms that differ in private fields of others alone look the same") {
    const auto datagrams_of = [](std::uint8_t fuel) {
        History history(schema());
        SnapshotEncoder encoder(history);
        Viewer viewer(encoder, PresenceId{1});
        tick(history, 1, {ship(1, 2, fuel), ship(2, 0, fuel), ship(3, 1, 50)});
        std::vector<std::uint8_t> bytes;
        viewer.encode(Tick{1}, [&](Bytes datagram) {
            bytes.insert(bytes.end(), datagram.begin(), datagram.end());
        });
        return bytes;
    };
    CHECK(datagrams_of(10) == datagrams_of(250));
}

TEST_CASE("snapshot: private fields are blank again once the entity has another owner") {
    History history(schema());
    SnapshotEncoder encoder(history);
    Viewer viewer(encoder, PresenceId{1});
    Replica replica(schema());
    const auto fuel_after = [&](std::uint32_t at, std::uint32_t owner) {
        tick(history, at, {ship(7, owner, 33)});
        viewer.encode(Tick{at}, [&](Bytes datagram) {
            replica.receive(datagram);
        });
        rocks::Ship seen;
        REQUIRE(replica.find(rocks::Ship::GetFullyQualifiedName(), EntityId{7}, &seen));
        return int{seen.fuel()};
    };
    CHECK(fuel_after(1, 1) == 33);
    CHECK(fuel_after(2, 2) == 100); // its default
    CHECK(fuel_after(3, 1) == 33);
    CHECK(fuel_after(4, 0) == 100);
}

TEST_CASE("snapshot: a room whose schema replicates nothing still has ticks") {
    const auto nothing = ReplicatedSchema::load({});
    REQUIRE(nothing);
    History history(*nothing);
    SnapshotEncoder encoder(history);
    Viewer viewer(encoder, PresenceId{1});
    Replica replica(*nothing);
    history.begin(Tick{1}).add(EntityId{1}, rock_state(1));
    history.commit();
    CHECK(history.entities_refused() == 1);
    viewer.encode(Tick{1}, [&](Bytes datagram) {
        CHECK(replica.receive(datagram) == ReceiveOutcome::ok);
    });
    CHECK(replica.newest_complete_tick() == Tick{1});
    replica.each(rocks::Rock::GetFullyQualifiedName(), [](EntityId, const void*) {
        FAIL("there is none");
    });
}
