#include "replication/bit_stream.hpp"
#include "replication/replica.hpp"
#include "replication/rocks_room.hpp"
#include "replication/viewer.hpp"

#include <doctest/doctest.h>

#include <cstring>

using namespace engine_net;
using namespace rocks_room;

namespace {

using Datagram = std::vector<std::uint8_t>;

std::vector<Datagram> datagrams_of(RandomRoom& room, std::uint32_t ticks, std::uint32_t viewer) {
    History history(schema());
    SnapshotEncoder encoder(history);
    Viewer to(encoder, PresenceId{viewer});
    std::vector<Datagram> datagrams;
    for (std::uint32_t t = 1; t <= ticks; ++t) {
        tick(history, t, room.step());
        to.encode(Tick{t}, [&](Bytes bytes) {
            datagrams.emplace_back(bytes.begin(), bytes.end());
        });
    }
    return datagrams;
}

/// Whatever a replica shows is a value that its field can have.
void check_values(const Replica& replica) {
    std::size_t seen = 0;
    replica.each(rocks::Ship::GetFullyQualifiedName(), [&](EntityId id, const void* state) {
        const auto& ship = *static_cast<const rocks::Ship*>(state);
        ++seen;
        REQUIRE(id.is_set());
        REQUIRE(std::abs(ship.position().x()) <= 2048.001f);
        REQUIRE(std::abs(ship.velocity().y()) <= 400.001f);
        REQUIRE(std::abs(ship.heading()) <= 3.15f);
        REQUIRE(static_cast<int>(ship.hull()) <= 7);
        REQUIRE(ship.ammo() <= 500);
    });
    replica.each(rocks::Rock::GetFullyQualifiedName(), [&](EntityId, const void* state) {
        const auto& rock = *static_cast<const rocks::Rock*>(state);
        ++seen;
        REQUIRE(rock.radius() >= 0);
        REQUIRE(rock.radius() <= 64);
        REQUIRE(std::abs(rock.rotation().w()) <= 1.0001f);
    });
    REQUIRE(seen == replica.entities());
    REQUIRE(seen <= max_slots);
}

} // namespace

TEST_CASE("replica: a valid datagram cut at any length is malformed and changes nothing") {
    RandomRoom room(21);
    for (const Datagram& whole : datagrams_of(room, 12, 1)) {
        Replica replica(schema());
        for (std::size_t size = 0; size < whole.size(); ++size) {
            // Its own memory, so that the address sanitizer sees a read past the end.
            const Datagram cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
            REQUIRE(replica.receive(cut) == ReceiveOutcome::malformed);
        }
        REQUIRE_FALSE(replica.newest_tick());
        REQUIRE_FALSE(replica.acks().any);
        REQUIRE(replica.entities() == 0);
        Datagram longer = whole;
        longer.push_back(0);
        REQUIRE(replica.receive(longer) == ReceiveOutcome::malformed);
        REQUIRE(replica.receive(whole) == ReceiveOutcome::ok);
        REQUIRE(replica.receive(whole) == ReceiveOutcome::stale);
    }
}

TEST_CASE("replica: flipped bits do no harm, and the next good datagram is taken") {
    RandomRoom room(22, 80);
    const auto good = datagrams_of(room, 150, 1);
    Random random(22);
    Replica replica(schema());
    std::size_t taken = 0;
    for (int round = 0; round < 20'000; ++round) {
        Datagram bad = good[random.next_below(good.size())];
        for (std::uint64_t flips = 1 + random.next_below(4); flips > 0; --flips) {
            // Headers more often than chance would have them, but for the tick, which would make
            // everything after it old.
            const std::size_t at = random.next_chance(0.3) ? 4 + random.next_below(12)
                                                           : 4 + random.next_below(bad.size() - 4);
            bad[at] ^= static_cast<std::uint8_t>(1u << random.next_below(8));
        }
        taken += replica.receive(bad) == ReceiveOutcome::ok;
        if (round % 500 == 0) check_values(replica);
        if (round % 2'000 == 0) {
            replica.clear();
            REQUIRE(replica.entities() == 0);
        }
    }
    CHECK(taken > 100);
    check_values(replica);

    replica.clear();
    for (const Datagram& one : good) REQUIRE(replica.receive(one) == ReceiveOutcome::ok);
    CHECK(replica.newest_complete_tick() == Tick{150});
}

TEST_CASE("replica: random bytes under a good header do no harm") {
    RandomRoom room(23, 30);
    const auto good = datagrams_of(room, 1, 1);
    Random random(23);
    Replica replica(schema());
    for (int round = 0; round < 20'000; ++round) {
        Datagram bad(10 + random.next_below(200));
        for (std::uint8_t& byte : bad)
            byte = random.next_chance(0.5) ? 0 : static_cast<std::uint8_t>(random.next());
        const wire::SnapshotHeader header(static_cast<std::uint32_t>(round / 3),
                                          static_cast<std::uint16_t>(round),
                                          static_cast<std::uint8_t>(round % 3),
                                          3);
        std::memcpy(bad.data(), &header, sizeof header);
        const auto shared = static_cast<std::uint16_t>(random.next_below(bad.size()));
        std::memcpy(bad.data() + 8, &shared, 2);
        replica.receive(bad);
    }
    check_values(replica);
}

TEST_CASE("replica: a server can't make it hold more slots than a room has") {
    Replica replica(schema());
    std::size_t refused = 0;
    for (std::uint16_t type = 0; type < 2; ++type) {
        // A section that says: nothing in slots max_slots - 1000 to max_slots - 1.
        Sections told;
        Datagram datagram;
        ByteWriter writer(datagram);
        writer.write(wire::SnapshotHeader(1u + type, type, 0, 1));
        Datagram section;
        BitWriter bits(section);
        bits.write(type, 6);
        bits.write(max_slots - 1000, 16);
        bits.write(1000, 16);
        bits.write(1, 1);
        for (int i = 0; i < 1000; ++i) bits.write(0, 1);
        bits.write(0, 1);
        bits.finish();
        writer.write(static_cast<std::uint16_t>(section.size()));
        writer.write_bytes(section);
        refused += replica.receive(datagram) == ReceiveOutcome::malformed;
    }
    CHECK(refused == 1);
}

TEST_CASE("replica: parts of one tick that contradict each other are malformed") {
    History history(schema());
    SnapshotEncoder encoder(history);
    Viewer viewer(encoder, PresenceId{1});
    std::vector<Described> rocks;
    for (std::uint32_t id = 1; id <= 150; ++id) rocks.push_back(rock(id));
    tick(history, 1, rocks);
    std::vector<Datagram> parts;
    viewer.encode(Tick{1}, [&](Bytes bytes) {
        parts.emplace_back(bytes.begin(), bytes.end());
    });
    REQUIRE(parts.size() == 3);

    Replica replica(schema());
    REQUIRE(replica.receive(parts[0]) == ReceiveOutcome::ok);
    Datagram twice = parts[0];
    twice[6] = 1; // the same slots as another part
    CHECK(replica.receive(twice) == ReceiveOutcome::malformed);
    Datagram more = parts[1];
    more[7] = 4; // another number of parts
    CHECK(replica.receive(more) == ReceiveOutcome::malformed);
    Datagram beyond = parts[1];
    beyond[6] = 3;
    CHECK(replica.receive(beyond) == ReceiveOutcome::malformed);
    CHECK(replica.receive(parts[1]) == ReceiveOutcome::ok);
    CHECK(replica.receive(parts[2]) == ReceiveOutcome::ok);
    CHECK(replica.entities() == 150);
}
