#include "core/random.hpp"
#include "replication/interest.hpp"
#include "replication/rocks_room.hpp"
#include "replication/scoped_encoder.hpp"

#include "sky_bfbs_generated.h"
#include "sky_generated.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <set>
#include <vector>

using namespace engine_net;

namespace {

using Place = std::array<double, 3>;

constexpr double radius = 100;

float whole_within(Random& random, double end) {
    return static_cast<float>(std::round((random.next_unit() * 2 - 1) * end));
}

std::vector<Place> places_within(Random& random, const Place& ends, std::size_t count) {
    std::vector<Place> places;
    for (std::size_t i = 0; i < count; ++i) {
        Place& place = places.emplace_back();
        for (std::size_t k = 0; k < place.size(); ++k) place[k] = whole_within(random, ends[k]);
    }
    return places;
}

double distance(const Place& a, const Place& b) {
    return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/// Entity i + 1 at place i.
void describe(History& history, Tick tick, const std::vector<Place>& places, bool in_space) {
    SnapshotBuilder& snapshot = history.begin(tick);
    for (std::uint32_t i = 0; i < places.size(); ++i) {
        const auto x = static_cast<float>(places[i][0]);
        const auto y = static_cast<float>(places[i][1]);
        const auto z = static_cast<float>(places[i][2]);
        if (in_space) {
            snapshot.add(EntityId{i + 1}, sky::Bird(sky::Vec3(x, y, z)));
        } else {
            snapshot.add(EntityId{i + 1},
                         rocks::Rock(rocks::Vec2(x, y), rocks::Quat(0, 0, 0, 1), 1));
        }
    }
    history.commit();
}

/// What is seen from places all over is what is near, and no more.
void check_sights(const ReplicatedSchema& schema, bool in_space, const Place& ends) {
    constexpr std::uint32_t ticks_per_second = 20;
    constexpr PresenceId viewer{1};
    History history(schema);
    SnapshotCodec codec(schema.types(), ticks_per_second);
    ScopedEncoder encoder(history, codec);
    Interest interest(history, encoder, {.radius = radius}, {});
    Random random(in_space ? 5 : 6);
    std::size_t seen = 0;
    for (std::uint32_t at = 1; at <= 20; ++at) {
        const Tick tick{at};
        const std::vector<Place> places = places_within(random, ends, 30 * at);
        describe(history, tick, places, in_space);
        for (const Place& from : places_within(random, ends, 10)) {
            SlotSet before;
            std::set<std::uint32_t> expected;
            const std::vector<Slot> slots = [&] {
                std::vector<Slot> all;
                encoder.everything(tick)->each([&](Slot slot) {
                    all.push_back(slot);
                });
                return all;
            }();
            REQUIRE(slots.size() == places.size());
            const auto& ids = history.find(tick)->types[slots.front().type].id;
            for (const Slot slot : slots) {
                const bool was_seen = random.next_chance(0.5);
                if (was_seen) before.add(slot);
                const double away = distance(places[ids[slot.index].value - 1], from);
                if (away <= radius || (was_seen && away <= 1.1 * radius))
                    expected.insert(ids[slot.index].value);
            }
            const double high = in_space ? from[2] : 1e6; // counts for nothing in a plane
            const Sight sight =
                interest.sight(tick, viewer, Viewpoint{from[0], from[1], high}, &before);
            std::set<std::uint32_t> shown;
            sight.slots->each([&](Slot slot) {
                shown.insert(ids[slot.index].value);
            });
            CHECK(shown == expected);
            seen += shown.size();
        }
    }
    CHECK(seen > 500);
}

} // namespace

TEST_CASE("interest: in a plane what is within the radius is seen, and what leaves a tenth later") {
    check_sights(rocks_room::schema(), false, {500, 500, 0});
    check_sights(rocks_room::schema(), false, {2000, 100, 0});
}

TEST_CASE("interest: in space what is within the radius is seen, and what leaves a tenth later") {
    const auto schema = ReplicatedSchema::load(compiled_schema<sky::RootBinarySchema>());
    REQUIRE(schema);
    check_sights(*schema, true, {250, 250, 250});
}
