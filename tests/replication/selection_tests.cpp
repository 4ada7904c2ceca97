#include "replication/rocks_room.hpp"
#include "replication/scoped_encoder.hpp"
#include "replication/selection.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace engine_net;
using namespace rocks_room;

namespace {

constexpr std::int32_t ticks_per_second = 60;

/// A room of rocks that all move, told to one viewer a few at a time. All arrives, and is acked at
/// once.
struct Telling {
    explicit Telling(std::size_t count) {
        for (std::uint32_t id = 1; id <= count; ++id) rocks.push_back(rock(id));
        last_told.resize(count);
        times_told.resize(count);
    }

    /// A tick of which the viewer is told what fits in `room_bytes`.
    Selection::Choice step(std::size_t room_bytes) {
        ++now;
        for (Described& one : rocks) {
            if (random.next_chance(moving))
                one.rock = rock_state(static_cast<float>(random.next_below(60)));
        }
        tick(history, now.value, rocks);
        SlotSet all;
        for (std::size_t i = 0; i < rocks.size(); ++i) all.add(slot(i));
        const auto sight = std::make_shared<const SlotSet>(std::move(all));
        Selection::Base base{sent, {}, nullptr};
        if (const ReferenceTicks whole = sent.whole_references(now); whole.count > 0) {
            base.tick = whole.ticks[0];
            base.sight = sent.told(whole.ticks[0]).sight.get();
        }
        Selection::Choice choice =
            selection.choose(now, {sight, weight}, base, room_bytes, ticks_per_second);
        const std::uint16_t sequence = sent.send(now,
                                                 1,
                                                 {},
                                                 {true,
                                                  choice.told == *sight,
                                                  std::make_shared<const SlotSet>(choice.known),
                                                  std::make_shared<const SlotSet>(choice.told)});
        selection.on_told(now, sent.told(now));
        sent.on_ack(sequence, 0, [&](Tick at, const SentTicks::Told& told) {
            selection.on_known(at, told);
        });
        choice.told.each([&](Slot told) {
            longest_gap = std::max(longest_gap, now - last_told[told.index]);
            last_told[told.index] = now;
            ++times_told[told.index];
        });
        fewest = std::min(fewest, choice.told.size());
        return choice;
    }
    /// Ticks that the one told least lately has waited, now or before.
    [[nodiscard]] int longest_wait() const {
        int longest = longest_gap;
        for (const Tick told : last_told) longest = std::max(longest, now - told);
        return longest;
    }
    static Slot slot(std::size_t index) {
        return {static_cast<std::uint16_t>(rock_type()), static_cast<std::uint16_t>(index)};
    }

    std::vector<Described> rocks;
    History history{schema()};
    SentTicks sent{history};
    Selection selection{history};
    Random random{7};
    Tick now;
    double moving = 1;
    std::function<double(Slot)> weight;
    std::vector<Tick> last_told; ///< at first as if before the first tick
    std::vector<int> times_told;
    int longest_gap = 0;
    std::size_t fewest = 1'000'000;
};

} // namespace

TEST_CASE("selection: each is told at least every second and n / k ticks") {
    for (const std::size_t room_bytes : {30u, 120u}) {
        for (const double moving : {1.0, 0.3}) {
            CAPTURE(room_bytes);
            CAPTURE(moving);
            Telling telling(500);
            telling.moving = moving;
            telling.weight = [](Slot slot) {
                return slot.index % 10 == 0 ? 50 : 0.01;
            };
            for (int i = 0; i < 700; ++i) telling.step(room_bytes);
            const auto k = static_cast<int>(telling.fewest);
            CHECK(k < 100);
            CHECK(telling.longest_wait() <= ticks_per_second + (500 + k - 1) / k);
        }
    }
}

TEST_CASE("selection: what was not told for a second comes first, and the oldest of that") {
    Telling telling(100);
    // The last one is of no weight, so all others come before it until it starves.
    telling.weight = [](Slot slot) {
        return slot.index == 99 ? 1e-6 : 1;
    };
    for (int i = 0; i < 200; ++i) telling.step(300);
    REQUIRE(telling.fewest > 10);
    const auto times = telling.times_told[99];
    CHECK(times >= 2);
    CHECK(times <= 4);
    CHECK(telling.times_told[0] > 10);
    while (telling.now - telling.last_told[99] < ticks_per_second - 1) telling.step(300);
    // Room for one: it is that.
    const auto choice = telling.step(1);
    CHECK(choice.told.size() == 1);
    CHECK(choice.told.has(Telling::slot(99)));
}

TEST_CASE("selection: heavier ones are told more often, none is left out") {
    Telling telling(100);
    telling.weight = [](Slot slot) {
        return slot.index < 10 ? 8 : 1;
    };
    for (int i = 0; i < 600; ++i) telling.step(60);
    for (std::size_t heavy = 0; heavy < 10; ++heavy) {
        for (std::size_t light = 10; light < 100; ++light)
            CHECK(telling.times_told[heavy] > 3 * telling.times_told[light]);
    }
    CHECK(*std::ranges::min_element(telling.times_told) >= 3);
}

TEST_CASE("selection: one is chosen even if there is no room, and all if there is enough") {
    Telling telling(40);
    CHECK(telling.step(0).told.size() == 1);
    CHECK(telling.step(0).told.size() == 1);
    CHECK(telling.step(100'000).told.size() == 40);
    const auto choice = telling.step(100'000);
    CHECK(choice.told.size() == 40);
    CHECK(choice.typical_lag == 1);
    CHECK(choice.references.count >= 1);
    CHECK(choice.references.ticks[0] == telling.now - 1);
}
