// Scoped datagrams that were cut or changed on their way, or whose headers lie, against a replica
// that has what they are coded against.

#include "replication/bit_stream.hpp"
#include "replication/cut_datagrams.hpp"
#include "replication/frame_difference.hpp"
#include "replication/random_game.hpp"
#include "replication/replica.hpp"
#include "replication/rocks_room.hpp"
#include "replication/viewer.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <optional>

using namespace engine_net;

namespace {

using Datagram = std::vector<std::uint8_t>;

constexpr std::size_t lengths_at = sizeof(wire::SnapshotHeader);
constexpr std::size_t section_at = lengths_at + sizeof(std::uint16_t);

std::uint16_t lengths_of(const Datagram& datagram) {
    std::uint16_t lengths = 0;
    std::memcpy(&lengths, datagram.data() + lengths_at, sizeof lengths);
    return lengths;
}
void set_lengths(Datagram& datagram, unsigned lengths) {
    const auto written = static_cast<std::uint16_t>(lengths);
    std::memcpy(datagram.data() + lengths_at, &written, sizeof written);
}
void set_tick(Datagram& datagram, Tick tick) {
    std::memcpy(datagram.data(), &tick.value, sizeof tick.value);
}

/// What is wrong with what a replica was told of its newest tick, or nothing.
std::string damage(std::span<const EntityType> types, const Replica& replica) {
    if (replica.entities() > max_slots) return "too many entities";
    const auto newest = replica.newest_tick();
    const Frame* frame = newest ? replica.find_frame(*newest) : nullptr;
    if (!frame) return {};
    const SlotSet* told = replica.told_rows(*newest);
    std::size_t slots = 0;
    for (std::size_t t = 0; t < types.size(); ++t) {
        const TypeFrame& rows = frame->types[t];
        slots += rows.slots();
        for (std::size_t i = 0; i < rows.slots(); ++i) {
            const Slot slot{static_cast<std::uint16_t>(t), static_cast<std::uint16_t>(i)};
            if (!rows.has(i) || (told && !told->has(slot))) continue;
            if (!rows.id[i].is_set()) return at_slot(types[t], i, "no id");
            for (std::size_t c = 0; c < types[t].columns.size(); ++c) {
                const std::int32_t number = rows.row(i)[c];
                if (number < types[t].columns[c].lo || number > types[t].columns[c].hi)
                    return at_slot(types[t], i, "column " + std::to_string(c) + " out of range");
            }
        }
    }
    return slots <= max_slots ? "" : "more slots than a room has";
}

struct Form {
    std::size_t most = 0;               ///< entities
    std::uint32_t bytes_per_second = 0; ///< 0: all that is seen is told
    bool acks = true;                   ///< if not: nothing is coded against anything
};

/// A match of which a client has seen a part, and two ticks more of it for that client.
class Seen {
public:
    Seen(const ReplicatedSchema& schema, Form form)
        : form_(form)
        , history_(schema)
        , server_codec_(schema.types(), 60)
        , codec_(schema.types(), 60)
        , encoder_(history_, &server_codec_)
        , viewer_(encoder_, PresenceId{1}, form.bytes_per_second)
        , game_(schema, 67, form.most)
        , replica(schema, &codec_) {
        for (std::size_t i = 0; i < form.most; ++i) game_.step();
        for (int i = 0; i < 30; ++i) {
            for (const Datagram& one : next()) REQUIRE(replica.receive(one) == ReceiveOutcome::ok);
            if (form.acks) viewer_.on_ack(replica.acks().newest, replica.acks().bits);
        }
        damaged = next();
        damaged_tick = history_.newest()->tick;
        good = next();
        good_tick = history_.newest()->tick;
        REQUIRE((viewer_.limited_ticks() > 0) == (form.bytes_per_second > 0));
        for (const Datagram& one : damaged) {
            REQUIRE((lengths_of(one) & is_scoped_bit) != 0);
            REQUIRE((one[section_at] > 0) == form.acks);
        }
    }

    [[nodiscard]] std::span<const EntityType> types() const { return history_.schema().types(); }
    /// Takes the tick after the damaged one; gives what is wrong with it then, or nothing.
    [[nodiscard]] std::string take_good(Replica& taker) const {
        for (const Datagram& one : good) {
            if (taker.receive(one) != ReceiveOutcome::ok) return "a good datagram is refused";
        }
        const Frame& server = *history_.newest();
        const Frame* client = taker.find_frame(server.tick);
        if (!client) return "the good tick is not there";
        const SlotSet* told = taker.told_rows(server.tick);
        for (std::size_t t = 0; t < types().size(); ++t) {
            const EntityType& type = types()[t];
            const TypeFrame& rows = client->types[t];
            for (std::size_t i = 0; i < std::max(rows.slots(), server.types[t].slots()); ++i) {
                const Slot slot{static_cast<std::uint16_t>(t), static_cast<std::uint16_t>(i)};
                // With a bound, some of what is seen may be yet to be told.
                const bool may_lack = form_.bytes_per_second > 0 && !rows.has(i);
                if (rows.has(i) != sight_->has(slot) && !may_lack)
                    return at_slot(type, i, "is not as seen");
                if (!rows.has(i) || (told && !told->has(slot))) continue;
                std::string wrong = shared_row_difference(type, server.types[t], rows, i);
                if (!wrong.empty()) return at_slot(type, i, wrong);
            }
        }
        return {};
    }

private:
    /// Of the next tick that there is room for.
    std::vector<Datagram> next() {
        std::vector<Datagram> datagrams;
        while (datagrams.empty()) {
            game_.step();
            game_.describe(history_.begin(now_ = now_ + 1));
            history_.commit();
            sight_ = look();
            viewer_.encode(now_, {sight_, {}}, [&](Bytes bytes) {
                datagrams.emplace_back(bytes.begin(), bytes.end());
            });
        }
        return datagrams;
    }
    /// All but one entity in four, other ones from time to time.
    SharedSlots look() {
        const Frame& frame = *history_.newest();
        SlotSet seen;
        encoder_.scoped()->everything(now_)->each([&](Slot slot) {
            const TypeFrame& rows = frame.types[slot.type];
            const std::uint32_t turn = rows.id[slot.index].value + now_.value / 8;
            if (turn % 4 != 0 || rows.owner[slot.index] == PresenceId{1}) seen.add(slot);
        });
        return encoder_.scoped()->share(now_, std::move(seen));
    }

    Form form_;
    History history_;
    SnapshotCodec server_codec_;
    SnapshotCodec codec_;
    SnapshotEncoder encoder_;
    Viewer viewer_;
    RandomGame game_;
    Tick now_;
    SharedSlots sight_;

public:
    Replica replica;
    Tick damaged_tick;
    Tick good_tick;
    std::vector<Datagram> damaged;
    std::vector<Datagram> good;
};

constexpr Form told_all{14, 0, true};
constexpr Form told_some{24, 4'000, true};
constexpr Form told_anew{14, 0, false};
constexpr Form in_parts_anew{200, 0, false};
constexpr Form in_parts{200, 0, true};

/// Flips bits of one datagram after the other. Gives the first thing that is wrong, or nothing.
std::string flip_bits(const Seen& seen, int rounds, std::uint64_t seed, std::size_t& taken) {
    Random random(seed);
    // A replica takes a tick only once, so each gets a tick of its own with the same references,
    // for as long as the replica keeps these.
    constexpr int ticks = 40;
    std::optional<Replica> replica(seen.replica);
    int used = 0;
    for (int round = 0; round < rounds; ++round) {
        Datagram bad = seen.damaged[random.next_below(seen.damaged.size())];
        const int later = seen.good_tick + 1 - seen.damaged_tick + used++;
        set_tick(bad, seen.damaged_tick + later);
        if (bad[section_at] > 0)
            bad[section_at] = static_cast<std::uint8_t>(bad[section_at] + later);
        bool is_tick_good = true;
        for (std::uint64_t flips = 1 + random.next_below(4); flips > 0; --flips) {
            // Headers more often than chance would have them.
            const std::size_t among =
                random.next_chance(0.1) ? std::min<std::size_t>(20, bad.size()) : bad.size();
            const std::size_t at = random.next_below(among);
            bad[at] ^= static_cast<std::uint8_t>(1u << random.next_below(8));
            is_tick_good = is_tick_good && at >= sizeof(Tick);
        }
        taken += replica->receive(bad) == ReceiveOutcome::ok;
        std::string wrong = damage(seen.types(), *replica);
        if (wrong.empty() && is_tick_good && used < ticks) continue;
        // A tick far ahead makes all others old.
        if (wrong.empty() && is_tick_good) wrong = seen.take_good(*replica);
        if (!wrong.empty()) return "round " + std::to_string(round) + ": " + wrong;
        replica.emplace(seen.replica);
        used = 0;
    }
    return {};
}

} // namespace

TEST_CASE("damaged scoped datagram: one that is cut anywhere is refused, and changes nothing") {
    int in_several_parts = 0;
    for (const ReplicatedSchema* schema : {&rocks_room::schema(), &all_scalars()}) {
        for (const Form form : {told_all, told_some, told_anew, in_parts_anew, in_parts}) {
            const Seen seen(*schema, form);
            in_several_parts += seen.damaged.size() > 1;
            Replica replica = seen.replica;
            CHECK(taken_when_cut(replica, seen.damaged) == 0);
            CHECK(replica.acks().newest == seen.replica.acks().newest);
            CHECK(replica.newest_tick() == seen.replica.newest_tick());
            for (const Datagram& whole : seen.damaged)
                CHECK(replica.receive(whole) == ReceiveOutcome::ok);
            CHECK(seen.take_good(replica) == "");
        }
    }
    CHECK(in_several_parts >= 3);
}

TEST_CASE("damaged scoped datagram: a section that is cut anywhere is refused or told in range") {
    for (const ReplicatedSchema* schema : {&rocks_room::schema(), &all_scalars()}) {
        for (const Form form : {told_all, told_some, told_anew}) {
            const Seen seen(*schema, form);
            std::string wrong;
            const Datagram& whole = seen.damaged.front();
            const unsigned shared = lengths_of(whole) & ~unsigned{section_bits};
            for (unsigned kept = 0; kept < shared && wrong.empty(); ++kept) {
                Datagram cut(whole.begin(),
                             whole.begin() + static_cast<std::ptrdiff_t>(section_at + kept));
                set_lengths(cut, kept | is_scoped_bit);
                Replica replica = seen.replica;
                replica.receive(cut);
                wrong = damage(seen.types(), replica);
                if (wrong.empty()) wrong = seen.take_good(replica);
            }
            CHECK(wrong == "");
        }
    }
}

TEST_CASE("damaged scoped datagram: flipped bits do no harm, and the next tick is taken") {
    std::size_t taken = 0;
    for (const Form form : {told_all, told_some, told_anew}) {
        CHECK(flip_bits(Seen(rocks_room::schema(), form), 25'000, 1, taken) == "");
        CHECK(flip_bits(Seen(all_scalars(), form), 8'000, 2, taken) == "");
    }
    CHECK(flip_bits(Seen(rocks_room::schema(), in_parts_anew), 400, 3, taken) == "");
    CHECK(flip_bits(Seen(all_scalars(), in_parts), 400, 3, taken) == "");
    CHECK(taken > 10'000);
}

TEST_CASE("damaged scoped datagram: a header that lies is refused, and changes nothing") {
    const Seen seen(rocks_room::schema(), told_all);
    const Datagram& whole = seen.damaged.front();
    const auto types = static_cast<std::uint8_t>(seen.types().size());
    // Of the section: lag, bits, references, slots; then what the coder wrote.
    constexpr std::uint8_t tells_all = 8;
    constexpr std::uint8_t from = 16;
    constexpr std::uint8_t to = 32;
    constexpr std::uint8_t lists = 64;
    constexpr std::uint8_t is_everything = 128;
    constexpr auto low = static_cast<std::uint8_t>((max_slots + 1) & 0xFF);
    constexpr auto high = static_cast<std::uint8_t>((max_slots + 1) >> 8);
    Replica replica = seen.replica;
    const auto receive = [&](const std::vector<std::uint8_t>& head) {
        Datagram lie(whole.begin(), whole.begin() + section_at);
        lie.insert(lie.end(), head.begin(), head.end());
        lie.insert(lie.end(), 40, 0);
        set_lengths(lie, static_cast<unsigned>(head.size() + 40) | is_scoped_bit);
        return replica.receive(lie);
    };
    using Head = std::vector<std::uint8_t>;
    const Head unknown[] = {
        {200, tells_all, 0xFF, 3},   // a tick before the first
        {127, tells_all | lists, 0}, // and one that would be in this one's place
        {128, tells_all | lists, 0},
        {1, tells_all | lists, 1, 64}, // a good one and one that was never sent
        {1, tells_all | lists, 2, 1, 60},
        {255, lists, 15, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    };
    for (const Head& head : unknown) {
        CAPTURE(head.size());
        CHECK(receive(head) == ReceiveOutcome::unknown_version);
    }
    const Head malformed[] = {
        {1, tells_all | 7},              // there is no such class
        {1, is_everything, 0xFF, 3},     // but not all is told
        {1, tells_all | lists, 2, 5, 4}, // ages that do not go up
        {1, tells_all | lists, 2, 5, 5}, // the same twice
        {1, tells_all | lists, 1, 0},    // the youngest again
        {1, tells_all | lists, 1, 65},   // too old
        {1, tells_all | lists, 16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
        {1, tells_all, 0xFF, 7},            // bits that mean nothing
        {0, tells_all | from, types, 0, 0}, // from the end on
        {0, tells_all | from, 0xFF, 0xFF, 0xFF},
        {0, tells_all | to, 0, 0, 0},                 // up to the first
        {0, tells_all | from | to, 0, 9, 0, 0, 9, 0}, // an empty run
        {0, tells_all | from | to, 1, 0, 0, 0, 9, 0}, // a backward one
        {0, tells_all | to, types, 1, 0},             // beyond the end
        {0, tells_all | to, 0, low, high},            // more slots than there can be
        {0, tells_all | from, 0, low, high},
    };
    for (std::size_t i = 0; i < std::size(malformed); ++i) {
        CAPTURE(i);
        CHECK(receive(malformed[i]) == ReceiveOutcome::malformed);
    }
    CHECK(replica.newest_tick() == seen.replica.newest_tick());
    CHECK(replica.acks().newest == seen.replica.acks().newest);
    for (const Datagram& one : seen.damaged) CHECK(replica.receive(one) == ReceiveOutcome::ok);
    CHECK(seen.take_good(replica) == "");
}

TEST_CASE("damaged scoped datagram: a tick has no scoped and unscoped parts, in either order") {
    const Seen seen(rocks_room::schema(), told_all);
    Datagram scoped = seen.damaged.front();
    scoped[lengths_at - 1] = 2;
    // The other part, whole and of nothing: no slot of either type, and no later one.
    Datagram unscoped(scoped.begin(), scoped.begin() + lengths_at);
    unscoped[lengths_at - 2] = 1;
    BitWriter bits(unscoped);
    bits.write(0, 16); // where the length goes
    bits.write(0, 22);
    bits.write(0, 16);
    bits.write(0b11, 2);
    bits.write(0, 16);
    bits.write(0b01, 2);
    bits.finish();
    set_lengths(unscoped, static_cast<unsigned>(unscoped.size() - section_at));
    for (const bool scoped_first : {true, false}) {
        CAPTURE(scoped_first);
        Replica replica = seen.replica;
        CHECK(replica.receive(scoped_first ? scoped : unscoped) == ReceiveOutcome::ok);
        CHECK(replica.receive(scoped_first ? unscoped : scoped) == ReceiveOutcome::malformed);
        CHECK(replica.newest_complete_tick() == seen.replica.newest_complete_tick());
        CHECK(seen.take_good(replica) == "");
    }
}
