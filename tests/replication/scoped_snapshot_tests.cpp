#include "core/random.hpp"
#include "replication/replica.hpp"
#include "replication/rocks_room.hpp"
#include "replication/unreliable_link.hpp"
#include "replication/viewer.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace engine_net;
using rocks_room::RandomRoom;

namespace {

constexpr std::uint32_t ticks_per_second = 60;

bool has_slot(const Frame& frame, Slot slot) {
    return slot.type < frame.types.size() && frame.types[slot.type].has(slot.index);
}

/// What a viewer sees: a fleeting set of its own, or everything.
class Eyes {
public:
    Eyes(std::uint64_t seed, double share) : random_(seed), share_(share) {}

    /// Each entity comes into sight and leaves it now and then; its own are always there.
    Sight look(SnapshotEncoder& encoder, Tick tick, PresenceId who) {
        if (share_ >= 1) return {};
        const Frame& frame = *encoder.history().find(tick);
        SlotSet seen;
        encoder.scoped()->everything(tick)->each([&](Slot slot) {
            const TypeFrame& type = frame.types[slot.type];
            const std::uint32_t id = type.id[slot.index].value;
            if (!sees_.contains(id) || random_.next_chance(0.05))
                sees_[id] = random_.next_chance(share_);
            if (sees_[id] || type.owner[slot.index] == who) seen.add(slot);
        });
        return {encoder.scoped()->share(tick, std::move(seen)), {}};
    }

private:
    Random random_;
    double share_;
    std::map<std::uint32_t, bool> sees_;
};

/// A viewer with its own sight and budget, its client, and a bad link between them.
class Watcher {
public:
    Watcher(SnapshotEncoder& encoder,
            SnapshotCodec& codec,
            std::uint32_t who,
            double share,
            std::uint32_t bytes_per_second,
            UnreliableLink::Conditions conditions)
        : viewer(encoder, PresenceId{who}, bytes_per_second)
        , replica(encoder.history().schema(), &codec)
        , encoder_(encoder)
        , is_bounded_(bytes_per_second > 0)
        , eyes_(who, share)
        , down_(who, conditions)
        , up_(who + 100, conditions) {}

    /// Gives what is wrong, or nothing.
    std::string step(Tick now) {
        const Sight sight = eyes_.look(encoder_, now, viewer.presence());
        seen_[now.value] = sight.slots ? sight.slots : encoder_.scoped()->everything(now);
        std::string wrong;
        viewer.encode(now, sight, [&](Bytes datagram) {
            if (datagram.size() > max_message_bytes) wrong = "a long datagram";
            bytes += datagram.size() + datagram_overhead_bytes;
            down_.send(datagram);
        });
        down_.deliver([&](Bytes datagram) {
            if (replica.receive(datagram) == ReceiveOutcome::malformed) wrong = "malformed";
            if (acks_) send_ack();
        });
        up_.deliver([&](Bytes message) {
            ByteReader reader(message);
            const auto newest = reader.read<std::uint16_t>();
            viewer.on_ack(newest, reader.read<std::uint32_t>());
        });
        if (wrong.empty()) wrong = check_hash();
        return wrong.empty() ? check_complete() : wrong;
    }
    void mend_links() {
        down_ = UnreliableLink(1, {0, 0, 0});
        up_ = UnreliableLink(2, {0, 0, 0});
    }
    void stop_acks() { acks_ = false; }
    /// Whether the client shows exactly what is seen, as it is.
    [[nodiscard]] bool shows(Tick now) const {
        const Frame& frame = *encoder_.history().find(now);
        const auto types = encoder_.history().schema().types();
        bool is_same = true;
        std::size_t seen = 0;
        seen_.at(now.value)->each([&](Slot slot) {
            ++seen;
            const EntityType& type = types[slot.type];
            std::vector<std::uint8_t> shown(type.struct_bytes);
            std::vector<std::uint8_t> sent(type.struct_bytes);
            const EntityId id = frame.types[slot.type].id[slot.index];
            if (!replica.find(type.name.c_str(), id, shown.data())) {
                is_same = false;
                return;
            }
            std::vector<std::int32_t> row(frame.types[slot.type].row(slot.index),
                                          frame.types[slot.type].row(slot.index) +
                                              type.columns.size());
            if (frame.types[slot.type].owner[slot.index] != viewer.presence()) {
                std::copy_n(type.blank.data() + type.shared_columns,
                            type.columns.size() - type.shared_columns,
                            row.data() + type.shared_columns);
            }
            dequantise(type, row.data(), sent.data());
            is_same = is_same && shown == sent;
        });
        return is_same && seen == replica.entities();
    }

    Viewer viewer;
    Replica replica;
    std::size_t hashes = 0;
    std::size_t compared = 0;
    std::uint64_t bytes = 0;

private:
    void send_ack() {
        const Acks acks = replica.acks();
        std::vector<std::uint8_t> message;
        ByteWriter writer(message);
        writer.write(acks.newest);
        writer.write(acks.bits);
        up_.send(message);
    }
    std::string check_hash() {
        const auto check = viewer.take_state_check();
        if (!check) return {};
        const auto hash = replica.state_hash(check->tick);
        if (!hash) return {};
        ++hashes;
        return hash == check->hash ? "" : "hashes differ";
    }
    /// Nothing in what arrived whole is out of sight, and what was told is right.
    std::string check_complete() {
        const auto complete = replica.newest_complete_tick();
        if (!complete || complete == compared_) return {};
        compared_ = complete;
        const Frame* server = encoder_.history().find(*complete);
        const Frame& client = *replica.find_frame(*complete);
        if (!server) return {};
        ++compared;
        const auto types = encoder_.history().schema().types();
        const SlotSet* told = replica.told_rows(*complete);
        const SlotSet& seen = *seen_.at(complete->value);
        for (std::size_t t = 0; t < types.size(); ++t) {
            for (std::size_t i = 0; i < client.types[t].slots(); ++i) {
                const Slot slot{static_cast<std::uint16_t>(t), static_cast<std::uint16_t>(i)};
                if (has_slot(client, slot) && !seen.has(slot)) return "what is not seen";
                // With a bound, some of what is seen may be yet to be told.
                if (!is_bounded_ && !has_slot(client, slot) && seen.has(slot))
                    return "not all that is seen";
                if (!has_slot(client, slot) || (told && !told->has(slot))) continue;
                const std::int32_t* row = client.types[t].row(i);
                if (!std::equal(row, row + types[t].shared_columns, server->types[t].row(i)))
                    return "another row";
            }
        }
        return {};
    }

    SnapshotEncoder& encoder_;
    bool is_bounded_;
    Eyes eyes_;
    UnreliableLink down_;
    UnreliableLink up_;
    bool acks_ = true;
    std::optional<Tick> compared_;
    std::map<std::uint32_t, SharedSlots> seen_;
};

class Theatre {
public:
    explicit Theatre(std::uint32_t before_first = 0, std::size_t most = 200)
        : history(rocks_room::schema())
        , codec(rocks_room::schema().types(), ticks_per_second)
        , client_codec(rocks_room::schema().types(), ticks_per_second)
        , encoder(history, &codec)
        , now{before_first}
        , room(before_first + most, most) {}

    Watcher& add(std::uint32_t who,
                 double share,
                 std::uint32_t bytes_per_second,
                 UnreliableLink::Conditions conditions) {
        watchers.push_back(std::make_unique<Watcher>(
            encoder, client_codec, who, share, bytes_per_second, conditions));
        return *watchers.back();
    }
    std::string step(bool moves = true) {
        ++now;
        rocks_room::describe(history.begin(now), moves ? room.step() : room.entities());
        history.commit();
        for (const auto& watcher : watchers) {
            if (std::string wrong = watcher->step(now); !wrong.empty())
                return wrong + " at tick " + std::to_string(now.value);
        }
        return {};
    }

    History history;
    SnapshotCodec codec;
    SnapshotCodec client_codec;
    SnapshotEncoder encoder;
    Tick now;
    RandomRoom room;
    std::vector<std::unique_ptr<Watcher>> watchers;
};

} // namespace

TEST_CASE("scoped: every viewer has what it sees, and nothing else, over links that lose") {
    for (const std::uint32_t before_first : {0u, 0xFFFFFFE0u}) {
        Theatre theatre(before_first);
        theatre.add(1, 0.5, 0, {0, 0, 0});
        theatre.add(2, 0.1, 0, {0.1, 0.05, 3});
        theatre.add(3, 0.5, 0, {0.3, 0.1, 6});
        for (int i = 0; i < 300; ++i) {
            const std::string wrong = theatre.step();
            REQUIRE_MESSAGE(wrong.empty(), wrong);
        }
        for (const auto& watcher : theatre.watchers) {
            CHECK(watcher->compared > 100);
            CHECK(watcher->hashes > 30);
            watcher->mend_links();
        }
        for (int i = 0; i < 80; ++i) REQUIRE(theatre.step().empty());
        for (const auto& watcher : theatre.watchers) CHECK(watcher->shows(theatre.now));
    }
}

TEST_CASE("scoped: with a budget of a part of what changes, all that rests is right in a while") {
    Theatre theatre;
    theatre.add(1, 1, 8'000, {0, 0, 2});
    theatre.add(2, 0.5, 8'000, {0.05, 0.02, 2});
    theatre.add(3, 1, 30'000, {0.05, 0, 4});
    for (int i = 0; i < 300; ++i) {
        const std::string wrong = theatre.step();
        REQUIRE_MESSAGE(wrong.empty(), wrong);
    }
    for (const auto& watcher : theatre.watchers) {
        CHECK(watcher->viewer.limited_ticks() > 50);
        CHECK(watcher->compared > 30);
    }
    // Sights change on, entities no more.
    for (int i = 0; i < 300; ++i) REQUIRE(theatre.step(false).empty());
    CHECK(theatre.watchers[0]->shows(theatre.now));
    CHECK(theatre.watchers[2]->shows(theatre.now));
}

TEST_CASE("scoped: in a full room a small budget goes to rows, not to what is yet to be told") {
    constexpr std::uint32_t bytes_per_second = 10'000;
    constexpr std::size_t burst = bytes_per_second / 4;
    History history(rocks_room::schema());
    SnapshotCodec codec(rocks_room::schema().types(), ticks_per_second);
    SnapshotCodec client_codec(rocks_room::schema().types(), ticks_per_second);
    SnapshotEncoder encoder(history, &codec);
    Viewer viewer(encoder, PresenceId{}, bytes_per_second);
    Replica replica(rocks_room::schema(), &client_codec);
    std::vector<rocks_room::Described> rocks;
    for (std::uint32_t id = 1; id <= 3000; ++id) rocks.push_back(rocks_room::rock(id));

    constexpr std::size_t lag_ticks = 6;
    std::deque<Acks> acks;
    std::size_t most = 0;
    std::size_t shown = 0;
    std::uint32_t now = 0;
    while (replica.entities() < rocks.size() && now < 20 * ticks_per_second) {
        rocks_room::tick(history, ++now, rocks);
        if (acks.size() > lag_ticks) {
            if (acks.front().any) viewer.on_ack(acks.front().newest, acks.front().bits);
            acks.pop_front();
        }
        std::size_t bytes = 0;
        viewer.encode(Tick{now}, [&](Bytes datagram) {
            bytes += datagram.size() + datagram_overhead_bytes;
            REQUIRE(replica.receive(datagram) == ReceiveOutcome::ok);
        });
        acks.push_back(replica.acks());
        most = std::max(most, bytes);
        CHECK(replica.entities() >= shown); // none that was told vanishes
        shown = replica.entities();
    }
    CHECK(replica.entities() == rocks.size());
    CHECK(most < burst + max_datagram_bytes);
}
