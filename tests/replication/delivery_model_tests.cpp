// Who is shown what, against a model that says it in the plainest way: rooms of any kind with
// viewers who come and go on bad links, one seed after the other.

#include "core/random.hpp"
#include "replication/frame_difference.hpp"
#include "replication/interest.hpp"
#include "replication/rocks_room.hpp"
#include "replication/scoped_watcher.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace engine_net;

namespace {

constexpr std::uint32_t ticks_per_second = 60;
constexpr std::size_t players = 3;

/// A third of the entities, others for each player and in each quarter second.
bool is_hidden(PresenceId viewer, EntityId entity, Tick tick) {
    const std::uint64_t mixed = (tick.value / 15 * 2654435761u) ^ (entity.value * 40503u) ^
                                (std::uint64_t{viewer.value} << 40);
    return Random(mixed).next_below(3) == 0;
}

/// What one seed draws.
struct Plan {
    explicit Plan(std::uint64_t seed) : random(seed) {
        most_entities = 1 + random.next_below(40);
        constexpr std::array<std::uint32_t, 3> starts{0, 0xFFFF - 40, 0xFFFFFFFF - 40};
        before_first = Tick{starts[random.next_below(starts.size())]};
        if (random.next_chance(0.7)) interest.radius = 200 + random.next_unit() * 2'000;
        interest.asks_room = random.next_chance(0.5);
    }
    UnreliableLink::Conditions link() {
        return {random.next_unit() * 0.3, random.next_unit() * 0.1, random.next_below(8)};
    }
    std::uint32_t budget() {
        constexpr std::array<std::uint32_t, 4> budgets{0, 0, 6'000, 40'000};
        return budgets[random.next_below(budgets.size())];
    }

    Random random;
    std::size_t most_entities;
    Tick before_first;
    InterestConfig interest;
};

struct Place {
    double x = 0;
    double y = 0;
};

class Model {
public:
    Model(const History& history, const InterestConfig& interest)
        : history_(history), interest_(interest) {}

    /// What is wrong with a sight, or nothing. Between the radius and a tenth beyond it, it may
    /// or may not be there.
    [[nodiscard]] std::string check(Tick tick, PresenceId who, const SlotSet& sight) const {
        const Frame& frame = *history_.find(tick);
        std::string wrong;
        each_slot(frame, [&](Slot slot) {
            if (wrong.empty()) wrong = check_slot(frame, who, slot, sight.has(slot));
        });
        return wrong;
    }

private:
    [[nodiscard]] std::string
    check_slot(const Frame& frame, PresenceId who, Slot slot, bool is_seen) const {
        const TypeFrame& rows = frame.types[slot.type];
        if (!rows.has(slot.index)) return is_seen ? "what is not there is seen" : "";
        if (rows.owner[slot.index] == who) return is_seen ? "" : "one's own is not seen";
        const bool hides = interest_.asks_room && is_hidden(who, rows.id[slot.index], frame.tick);
        const double distance = distance_to(frame, who, slot);
        const double far = interest_.radius > 0 ? interest_.radius : 1e9;
        if (is_seen && (hides || distance > far * 1.1 + 0.01)) return "too much is seen";
        return !is_seen && !hides && distance < far - 0.01 ? "too little is seen" : "";
    }
    /// From the nearest of one's own; far for who has none.
    [[nodiscard]] double distance_to(const Frame& frame, PresenceId who, Slot slot) const {
        if (interest_.radius <= 0) return 0;
        const Place place = place_of(frame, slot);
        double nearest = 1e8;
        each_slot(frame, [&](Slot own) {
            const TypeFrame& rows = frame.types[own.type];
            if (!rows.has(own.index) || rows.owner[own.index] != who) return;
            const Place from = place_of(frame, own);
            nearest = std::min(nearest, std::hypot(place.x - from.x, place.y - from.y));
        });
        return nearest;
    }
    [[nodiscard]] Place place_of(const Frame& frame, Slot slot) const {
        const EntityType& type = history_.schema().types()[slot.type];
        std::vector<std::uint8_t> state(type.struct_bytes);
        dequantise(type, frame.types[slot.type].row(slot.index), state.data());
        rocks::Vec2 position; // the first field of both structs
        std::memcpy(&position, state.data(), sizeof position);
        return {static_cast<double>(position.x()), static_cast<double>(position.y())};
    }

    const History& history_;
    const InterestConfig& interest_;
};

/// A room and its viewers, by one plan.
class Story {
public:
    explicit Story(std::uint64_t seed)
        : plan_(seed)
        , now_(plan_.before_first)
        , room_(seed, plan_.most_entities)
        , interest_(
              history_, *encoder_.scoped(), plan_.interest, [this](auto who, const auto& one) {
                  return is_hidden(who, one.id, now_) ? 0.0 : 1.0 + one.id.value % 3;
              }) {}

    /// What went wrong, or nothing.
    std::string play() {
        for (int i = 0; i < 90; ++i) {
            if (std::string wrong = step(true); !wrong.empty()) return wrong;
        }
        for (const auto& watcher : watchers_) {
            if (watcher) watcher->mend_links();
        }
        // A second for whoever fell behind the history; hidden ones change all the while.
        for (int i = 0; i < 150; ++i) {
            if (std::string wrong = step(false); !wrong.empty()) return wrong;
        }
        for (std::size_t p = 0; p < players; ++p) {
            if (watchers_[p] && !watchers_[p]->shows(now_))
                return "player " + std::to_string(p + 1) + " is not shown what it sees";
        }
        return {};
    }
    [[nodiscard]] std::size_t compared() const { return compared_; }

private:
    std::string step(bool is_busy) {
        ++now_;
        rocks_room::describe(history_.begin(now_), is_busy ? room_.step() : room_.entities());
        history_.commit();
        for (std::uint32_t p = 0; p < players; ++p) {
            if (is_busy) come_or_go(p);
            if (!watchers_[p]) continue;
            const std::size_t before = watchers_[p]->compared;
            std::string wrong = watchers_[p]->step(now_);
            compared_ += watchers_[p]->compared - before;
            if (wrong.empty()) wrong = std::exchange(wrong_, {});
            if (!wrong.empty()) return wrong + " at tick " + std::to_string(now_.value);
        }
        return {};
    }
    /// Everyone comes sooner or later, and some go and come again, knowing nothing.
    void come_or_go(std::uint32_t player) {
        if (!plan_.random.next_chance(watchers_[player] ? 0.01 : 0.1)) return;
        seen_[player] = nullptr;
        if (watchers_[player]) {
            watchers_[player] = nullptr;
            return;
        }
        const auto look = [this, player](Tick tick) {
            return this->look(player, tick);
        };
        watchers_[player] = std::make_unique<ScopedWatcher>(
            encoder_, client_codec_, player + 1, look, plan_.budget(), plan_.link());
    }
    Sight look(std::uint32_t player, Tick tick) {
        const PresenceId who{player + 1};
        Sight sight = interest_.sight(tick, who, {}, seen_[player].get());
        seen_[player] = sight.slots;
        const SlotSet& slots = sight.slots ? *sight.slots : *encoder_.scoped()->everything(tick);
        if (wrong_.empty()) wrong_ = model_.check(tick, who, slots);
        return sight;
    }

    Plan plan_;
    Tick now_;
    rocks_room::RandomRoom room_;
    History history_{rocks_room::schema()};
    SnapshotCodec codec_{rocks_room::schema().types(), ticks_per_second};
    SnapshotCodec client_codec_{rocks_room::schema().types(), ticks_per_second};
    SnapshotEncoder encoder_{history_, &codec_};
    Interest interest_;
    Model model_{history_, plan_.interest};
    std::array<std::unique_ptr<ScopedWatcher>, players> watchers_;
    std::array<SharedSlots, players> seen_;
    std::string wrong_;
    std::size_t compared_ = 0;
};

void play_seeds(std::uint64_t first, std::uint64_t count) {
    std::size_t compared = 0;
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        Story story(seed);
        const std::string wrong = story.play();
        REQUIRE_MESSAGE(wrong.empty(), "seed ", seed, ": ", wrong);
        compared += story.compared();
    }
    CHECK(compared > count * 100);
}

} // namespace

TEST_CASE("delivery: everyone is shown what the model says, and nothing else") {
    play_seeds(1, 20);
}

TEST_SUITE("long, many seeds") {
    TEST_CASE("delivery: everyone is shown what the model says, 1,000 seeds long") {
        play_seeds(1'000, 1'000);
    }
}
