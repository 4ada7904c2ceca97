// Viewers with a sight and a budget of their own that ack lies, or nothing.

#include "core/random.hpp"
#include "replication/replica.hpp"
#include "replication/rocks_room.hpp"
#include "replication/viewer.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace engine_net;
using namespace rocks_room;

namespace {

constexpr std::uint32_t ticks_per_second = 60;

struct Room {
    explicit Room(std::size_t most) : rocks(71, most) {}

    void step() {
        ++now;
        tick(history, now.value, rocks.step());
    }
    /// The slots of which one in `parts` is out of sight, other ones from time to time.
    Sight sight(std::uint32_t parts) {
        SlotSet seen;
        encoder.scoped()->everything(now)->each([&](Slot slot) {
            if ((slot.index + now.value / 16) % parts != 0) seen.add(slot);
        });
        return {encoder.scoped()->share(now, std::move(seen)), {}};
    }

    History history{schema()};
    SnapshotCodec codec{schema().types(), ticks_per_second};
    SnapshotCodec client_codec{schema().types(), ticks_per_second};
    SnapshotEncoder encoder{history, &codec};
    RandomRoom rocks;
    Tick now;
};

/// All bytes that two honest viewers are sent in a while.
std::vector<std::uint8_t> bytes_beside(bool with_liars) {
    Room room(60);
    Viewer limited(room.encoder, PresenceId{1}, 12'000);
    Viewer free(room.encoder, PresenceId{2});
    Replica of_limited(schema(), &room.client_codec);
    Replica of_free(schema(), &room.client_codec);
    Viewer liar(room.encoder, PresenceId{3}, 12'000);
    Viewer free_liar(room.encoder, PresenceId{0});
    Random random(17);
    std::vector<std::uint8_t> bytes;
    const auto tell = [&](Viewer& viewer, Replica& replica) {
        viewer.encode(room.now, room.sight(4), [&](Bytes datagram) {
            bytes.insert(bytes.end(), datagram.begin(), datagram.end());
            REQUIRE(replica.receive(datagram) == ReceiveOutcome::ok);
        });
        if (replica.acks().any) viewer.on_ack(replica.acks().newest, replica.acks().bits);
    };
    const auto lie = [&](Viewer& viewer) {
        viewer.encode(room.now, room.sight(4), [](Bytes) {});
        // Some of what was sent, though never received; some near that, and some far off.
        const std::uint64_t sent = viewer.datagrams();
        const std::uint64_t newest =
            random.next_chance(0.5)   ? sent - std::min<std::uint64_t>(sent, random.next_below(80))
            : random.next_chance(0.5) ? random.next_below(sent + 50)
                                      : random.next();
        const auto bits = static_cast<std::uint32_t>(random.next() & random.next());
        viewer.on_ack(static_cast<std::uint16_t>(newest), random.next_chance(0.3) ? 0 : bits);
        viewer.take_state_check();
    };
    for (int i = 0; i < 600; ++i) {
        room.step();
        if (with_liars) lie(liar);
        tell(limited, of_limited);
        if (with_liars) lie(free_liar);
        tell(free, of_free);
    }
    CHECK((liar.forged_acks() > 50) == with_liars);
    CHECK((free_liar.forged_acks() > 50) == with_liars);
    CHECK((liar.limited_ticks() > 50) == with_liars);
    CHECK(limited.forged_acks() == 0);
    CHECK(limited.limited_ticks() > 50);
    return bytes;
}

} // namespace

TEST_CASE("scoped viewer: who lies in its acks harms nobody else, and its lies are counted") {
    CHECK(bytes_beside(true) == bytes_beside(false));
}

TEST_CASE("scoped viewer: its bytes are the same beside others who have the same and see other") {
    const auto bytes_of_last = [](std::uint32_t viewers) {
        Room room(80);
        std::vector<Viewer> all;
        std::vector<std::uint8_t> bytes;
        for (std::uint32_t i = 0; i < viewers; ++i)
            all.emplace_back(room.encoder, PresenceId{viewers - i});
        for (std::uint16_t i = 0; i < 300; ++i) {
            room.step();
            for (Viewer& one : all) {
                const bool is_last = one.presence() == PresenceId{1};
                one.encode(room.now, room.sight(is_last ? 4 : 3), [&](Bytes datagram) {
                    if (is_last) bytes.insert(bytes.end(), datagram.begin(), datagram.end());
                });
                // All of it, but for the newest.
                if (one.datagrams() > 2)
                    one.on_ack(static_cast<std::uint16_t>(one.datagrams() - 2), 0xFFFF'FFFF);
            }
        }
        return bytes;
    };
    const std::vector<std::uint8_t> alone = bytes_of_last(1);
    CHECK(alone.size() > 10'000);
    CHECK(bytes_of_last(4) == alone);
}

TEST_CASE("scoped viewer: who never acks is sent no more than its budget") {
    for (const std::size_t most : {20u, 200u}) {
        for (const bool has_sight : {true, false}) {
            CAPTURE(most);
            CAPTURE(has_sight);
            Room room(most);
            constexpr std::uint32_t bytes_per_second = 10'000;
            Viewer viewer(room.encoder, PresenceId{1}, bytes_per_second);
            std::size_t sent = 0;
            std::vector<std::size_t> by_second;
            for (std::uint32_t i = 0; i < 30 * ticks_per_second; ++i) {
                room.step();
                viewer.encode(room.now, has_sight ? room.sight(4) : Sight{}, [&](Bytes datagram) {
                    sent += datagram.size() + datagram_overhead_bytes;
                });
                if ((i + 1) % ticks_per_second == 0) by_second.push_back(sent);
            }
            // A quarter of a second's worth is there from the start.
            for (std::size_t i = 0; i < by_second.size(); ++i)
                CHECK(by_second[i] <= (i + 1) * bytes_per_second + bytes_per_second / 4 + 1'228);
            CHECK(sent > 1'000);
            CHECK(viewer.forged_acks() == 0);
        }
    }
}
