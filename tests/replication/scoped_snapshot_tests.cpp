#include "core/random.hpp"
#include "replication/replica.hpp"
#include "replication/rocks_room.hpp"
#include "replication/scoped_watcher.hpp"
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

class Theatre {
public:
    explicit Theatre(std::uint32_t before_first = 0, std::size_t most = 200)
        : history(rocks_room::schema())
        , codec(rocks_room::schema().types(), ticks_per_second)
        , client_codec(rocks_room::schema().types(), ticks_per_second)
        , encoder(history, &codec)
        , now{before_first}
        , room(before_first + most, most) {}

    ScopedWatcher& add(std::uint32_t who,
                       double share,
                       std::uint32_t bytes_per_second,
                       UnreliableLink::Conditions conditions) {
        const auto look = [this, who, eyes = Eyes(who, share)](Tick tick) mutable {
            return eyes.look(encoder, tick, PresenceId{who});
        };
        watchers.push_back(std::make_unique<ScopedWatcher>(
            encoder, client_codec, who, look, bytes_per_second, conditions));
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
    std::vector<std::unique_ptr<ScopedWatcher>> watchers;
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
