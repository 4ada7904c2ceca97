// Coded datagrams that were cut or changed on their way, against a replica that has what they are
// coded against.

#include "replication/cut_datagrams.hpp"
#include "replication/random_game.hpp"
#include "replication/rocks_room.hpp"
#include "replication/watched_room.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>

using namespace engine_net;

namespace {

using Datagram = std::vector<std::uint8_t>;

/// A match that a client has seen from the start, and two ticks more of it, coded for that client.
struct Seen {
    explicit Seen(const ReplicatedSchema& of, std::size_t most)
        : room(of), game(of, 61, most), watcher(room.add_watcher(1, 1, {0, 0, 0})) {
        for (int i = 0; i < 30; ++i) {
            game.step();
            REQUIRE(room.step(describe()) == "");
        }
        damaged = next();
        good = next();
    }

    [[nodiscard]] const ReplicatedSchema& schema() const { return room.history.schema(); }
    [[nodiscard]] Tick damaged_tick() const { return room.now - 1; }
    /// What is wrong with a replica after it was given something bad, or nothing.
    [[nodiscard]] std::string damage(const Replica& replica) const {
        if (replica.entities() > max_slots) return "too many entities";
        const auto newest = replica.newest_tick();
        const Frame* frame = newest ? replica.find_frame(*newest) : nullptr;
        return frame ? out_of_range(schema().types(), *frame) : "";
    }
    /// Takes the tick after the damaged one; gives what is wrong with it then, or nothing.
    std::string take_good(Replica& replica) const {
        for (const Datagram& one : good) {
            if (replica.receive(one) != ReceiveOutcome::ok) return "a good datagram is refused";
        }
        const Frame* frame = replica.find_frame(room.now);
        if (!frame) return "the good tick is not there";
        return frame_difference(schema().types(), *room.history.newest(), *frame, PresenceId{1});
    }

    WatchedRoom room;
    RandomGame game;
    Watcher& watcher;
    std::vector<Datagram> damaged;
    std::vector<Datagram> good;

private:
    WatchedRoom::Describe describe() {
        return [this](SnapshotBuilder& snapshot) {
            game.describe(snapshot);
        };
    }
    std::vector<Datagram> next() {
        game.step();
        room.describe(describe());
        std::vector<Datagram> datagrams;
        watcher.viewer.encode(room.now, [&](Bytes bytes) {
            datagrams.emplace_back(bytes.begin(), bytes.end());
        });
        return datagrams;
    }
};

/// Flips bits of one datagram after the other. Gives the first thing that is wrong, or nothing.
std::string flip_bits(const Seen& seen, int rounds, std::uint64_t seed, std::size_t& taken) {
    Random random(seed);
    for (int round = 0; round < rounds; ++round) {
        Datagram bad = seen.damaged[random.next_below(seen.damaged.size())];
        bool is_tick_good = true;
        for (std::uint64_t flips = 1 + random.next_below(4); flips > 0; --flips) {
            // Headers more often than chance would have them.
            const std::size_t among =
                random.next_chance(0.2) ? std::min<std::size_t>(16, bad.size()) : bad.size();
            const std::size_t at = random.next_below(among);
            bad[at] ^= static_cast<std::uint8_t>(1u << random.next_below(8));
            is_tick_good = is_tick_good && at >= sizeof(Tick);
        }
        Replica replica = seen.watcher.replica;
        taken += replica.receive(bad) == ReceiveOutcome::ok;
        std::string wrong = seen.damage(replica);
        // A tick far ahead makes all others old.
        if (wrong.empty() && is_tick_good) wrong = seen.take_good(replica);
        if (!wrong.empty()) return "round " + std::to_string(round) + ": " + wrong;
    }
    return {};
}

} // namespace

TEST_CASE("damaged datagram: one that is cut anywhere is refused, and changes nothing") { // A36
    for (const ReplicatedSchema* schema : {&rocks_room::schema(), &all_scalars()}) {
        const Seen seen(*schema, 16);
        Replica replica = seen.watcher.replica;
        CHECK(taken_when_cut(replica, seen.damaged) == 0);
        CHECK(replica.acks().newest == seen.watcher.replica.acks().newest);
        CHECK(replica.newest_tick() == seen.watcher.replica.newest_tick());
        for (const Datagram& whole : seen.damaged)
            CHECK(replica.receive(whole) == ReceiveOutcome::ok);
        CHECK(seen.take_good(replica) == "");
    }
}

TEST_CASE("damaged datagram: a shared section cut anywhere is refused or told in range") { // A36
    for (const ReplicatedSchema* schema : {&rocks_room::schema(), &all_scalars()}) {
        const Seen seen(*schema, 16);
        std::string wrong;
        const Datagram& whole = seen.damaged.front();
        std::uint16_t lengths = 0;
        std::memcpy(&lengths, whole.data() + 8, sizeof lengths);
        const unsigned shared = lengths & ~unsigned{section_bits};
        REQUIRE((lengths & is_coded_bit) != 0);
        for (unsigned kept = 0; kept < shared && wrong.empty(); ++kept) {
            Datagram cut(whole.begin(), whole.begin() + 10 + static_cast<std::ptrdiff_t>(kept));
            const auto told = static_cast<std::uint16_t>(kept | is_coded_bit);
            std::memcpy(cut.data() + 8, &told, sizeof told);
            Replica replica = seen.watcher.replica;
            replica.receive(cut);
            wrong = seen.damage(replica);
            if (wrong.empty()) wrong = seen.take_good(replica);
        }
        CHECK(wrong == "");
    }
}

TEST_CASE("damaged datagram: flipped bits do no harm, and the next tick is taken") {
    std::size_t taken = 0;
    CHECK(flip_bits(Seen(rocks_room::schema(), 16), 2'000, 1, taken) == "");
    CHECK(flip_bits(Seen(all_scalars(), 8), 1'000, 2, taken) == "");
    CHECK(taken > 500);
}

TEST_CASE("damaged datagram: a great many flipped bits do no harm" * doctest::test_suite("long")) {
    std::size_t taken = 0;
    for (std::uint64_t seed = 11; seed <= 15; ++seed) {
        CAPTURE(seed);
        CHECK(flip_bits(Seen(rocks_room::schema(), 10), 15'000, seed, taken) == "");
        CHECK(flip_bits(Seen(all_scalars(), 4), 5'000, seed, taken) == "");
    }
}
