// What a viewer's acks make of its datagrams: deltas, whole states or nothing, and what lies do.

#include "replication/rocks_room.hpp"
#include "replication/watched_room.hpp"

#include <doctest/doctest.h>

#include <cstring>

using namespace engine_net;
using namespace rocks_room;

namespace {

using Datagram = std::vector<std::uint8_t>;

/// A room that is told to one viewer, whose datagrams and acks are the test's to give.
struct Told {
    std::vector<Datagram> step() {
        room.describe(described(rocks.step()));
        std::vector<Datagram> datagrams;
        viewer.encode(room.now, [&](Bytes bytes) {
            datagrams.emplace_back(bytes.begin(), bytes.end());
        });
        return datagrams;
    }
    /// The replica takes them all; gives whether it has the tick as the server has it.
    bool take(const std::vector<Datagram>& datagrams) {
        for (const Datagram& one : datagrams) {
            if (replica.receive(one) != ReceiveOutcome::ok) return false;
        }
        const Frame* frame = replica.find_frame(room.now);
        if (!frame) return false;
        return frame_difference(schema().types(), *room.history.newest(), *frame, PresenceId{1})
            .empty();
    }
    void ack() {
        const Acks acks = replica.acks();
        if (acks.any) viewer.on_ack(acks.newest, acks.bits);
    }

    WatchedRoom room{schema()};
    RandomRoom rocks{41, 20};
    Viewer viewer{room.encoder, PresenceId{1}};
    Replica replica{schema(), &room.client_codec};
};

/// Whether one who knows nothing, and can't decode what is coded, gets a state from them.
bool are_whole(const std::vector<Datagram>& datagrams) {
    Replica stranger(schema());
    for (const Datagram& one : datagrams) {
        if (stranger.receive(one) != ReceiveOutcome::ok) return false;
    }
    return !datagrams.empty();
}

} // namespace

TEST_CASE("viewer acks: who never acks gets a whole state each time") {
    Told told;
    for (int i = 0; i < 200; ++i) {
        const auto datagrams = told.step();
        REQUIRE(are_whole(datagrams));
        REQUIRE(told.take(datagrams));
    }
}

TEST_CASE("viewer acks: who acks gets deltas from then on, over the end of the tick counter too") {
    // A12
    for (const std::uint32_t before_first : {0u, 65'536u - 100, 0xFFFFFFFFu - 100}) {
        CAPTURE(before_first);
        Told told;
        told.room.now = Tick{before_first};
        int whole = 0;
        for (int i = 0; i < 200; ++i) {
            const auto datagrams = told.step();
            whole += are_whole(datagrams);
            REQUIRE(told.take(datagrams));
            told.ack();
        }
        CHECK(whole == 1);
    }
}

TEST_CASE("viewer acks: deltas go on for as long as the last acked tick is kept") {
    Told told;
    for (int i = 0; i < 40; ++i) {
        REQUIRE(told.take(told.step()));
        told.ack();
    }
    // References of every age, up to the oldest that there can be.
    for (int lag = 1; lag < static_cast<int>(history_ticks); ++lag) {
        const auto datagrams = told.step();
        REQUIRE_FALSE(are_whole(datagrams));
        REQUIRE(told.take(datagrams));
    }
    SUBCASE("and come again with the next ack") {
        told.ack();
        const auto datagrams = told.step();
        CHECK_FALSE(are_whole(datagrams));
        CHECK(told.take(datagrams));
    }
    SUBCASE("after that, whole states come once a second") {
        std::vector<int> whole;
        for (int i = 0; i < 300; ++i) {
            const auto datagrams = told.step();
            if (datagrams.empty()) continue;
            REQUIRE(are_whole(datagrams));
            REQUIRE(told.take(datagrams));
            whole.push_back(i);
        }
        CHECK(whole == std::vector<int>{0, 60, 120, 180, 240});
        told.ack();
        // 59 ticks have passed since the last one.
        CHECK_FALSE(are_whole(told.step()));
    }
}

TEST_CASE("viewer acks: a client that starts over has the state again within three seconds and a "
          "bit") {
    Told told;
    for (int i = 0; i < 50; ++i) {
        REQUIRE(told.take(told.step()));
        told.ack();
    }
    told.replica.clear();
    int without = 0;
    while (!told.take(told.step()) && without < 1'000) {
        told.ack();
        ++without;
    }
    CHECK(without <= static_cast<int>(history_ticks + WatchedRoom::ticks_per_second));
    told.ack();
    const auto datagrams = told.step();
    CHECK_FALSE(are_whole(datagrams));
    CHECK(told.take(datagrams));
}

TEST_CASE("viewer acks: who acks at random harms nobody else, and its lies are counted") {
    const auto play = [](bool with_liar) {
        WatchedRoom room(schema());
        room.add_watcher(1, 5, {});
        room.add_watcher(2, 6, {});
        Viewer liar(room.encoder, PresenceId{3});
        Random random(9);
        RandomRoom rocks(9, 30);
        std::vector<std::uint64_t> sent;
        for (int i = 0; i < 200; ++i) {
            room.describe(described(rocks.step()));
            if (with_liar) liar.encode(room.now, [](Bytes) {});
            for (const auto& watcher : room.watchers) {
                REQUIRE(watcher->step(room.now, true, true) == "");
                sent.push_back(watcher->sent);
            }
            if (!with_liar) continue;
            // Some near the truth, some far off.
            const auto newest = random.next_chance(0.5) ? random.next_below(400) : random.next();
            liar.on_ack(static_cast<std::uint16_t>(newest),
                        static_cast<std::uint32_t>(random.next() & random.next()));
        }
        CHECK((liar.forged_acks() > 50) == with_liar);
        for (const auto& watcher : room.watchers) CHECK(watcher->viewer.forged_acks() == 0);
        return sent;
    };
    CHECK(play(true) == play(false));
}

TEST_CASE("viewer acks: who acks what it has not got can't decode, and gets well by the truth") {
    Told told;
    for (int i = 0; i < 30; ++i) {
        const auto datagrams = told.step();
        // All of it is lost, and acked as if it had come.
        std::uint16_t sequence = 0;
        std::memcpy(&sequence, datagrams.back().data() + 4, sizeof sequence);
        told.viewer.on_ack(sequence, 0);
    }
    CHECK(told.viewer.forged_acks() == 0);
    const auto datagrams = told.step();
    CHECK(told.replica.receive(datagrams.front()) == ReceiveOutcome::unknown_version);
    CHECK(told.replica.entities() == 0);
    CHECK_FALSE(told.replica.acks().any);

    int without = 0;
    while (!told.take(told.step()) && without < 1'000) {
        told.ack();
        ++without;
    }
    CHECK(without <= static_cast<int>(history_ticks + WatchedRoom::ticks_per_second));
}
