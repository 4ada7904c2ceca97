// A room of which a viewer is told only a part in each tick, as interpolated for it.

#include "client/interpolator.hpp"
#include "replication/rocks_room.hpp"
#include "replication/scoped_watcher.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

using namespace engine_net;
using rocks_room::RandomRoom;

namespace {

constexpr std::uint32_t ticks_per_second = 60;
constexpr std::int32_t lag = 12;

using States = std::map<std::uint32_t, std::vector<std::uint8_t>>;

/// All of one type that is shown, by id.
States shown(const Interpolator& interpolator, const EntityType& type) {
    States states;
    interpolator.each(type.name.c_str(), [&](EntityId id, const void* state) {
        const auto* const bytes = static_cast<const std::uint8_t*>(state);
        states.emplace(id.value, std::vector(bytes, bytes + type.struct_bytes));
    });
    return states;
}

/// What is wrong with what is shown of a tick that came whole, or nothing.
std::string check(const Replica& replica, Tick tick, const Interpolator& interpolator) {
    const Frame& frame = *replica.find_frame(tick);
    const SlotSet* const told = replica.told_rows(tick);
    for (std::size_t t = 0; t < frame.types.size(); ++t) {
        const EntityType& type = rocks_room::schema().types()[t];
        const States states = shown(interpolator, type);
        const TypeFrame& rows = frame.types[t];
        std::size_t may_be_there = 0;
        for (std::size_t i = 0; i < rows.slots(); ++i) {
            if (!rows.has(i)) continue;
            const auto found = states.find(rows.id[i].value);
            // Of some it is said only that they are there, not which ones.
            may_be_there += found != states.end() || !rows.id[i].is_set() ? 1 : 0;
            const Slot slot{static_cast<std::uint16_t>(t), static_cast<std::uint16_t>(i)};
            if (told && !told->has(slot)) continue;
            std::vector<std::uint8_t> state(type.struct_bytes);
            dequantise(type, rows.row(i), state.data());
            if (found == states.end()) return "what was told is not shown";
            if (found->second != state) return "it is not shown as it was told";
        }
        if (may_be_there < states.size()) return "what was gone is shown";
    }
    return {};
}

} // namespace

TEST_CASE("interpolator: at each tick that came whole everything told of is as it was told") {
    for (const std::uint32_t bytes_per_second : {0u, 8'000u, 30'000u}) {
        CAPTURE(bytes_per_second);
        History history(rocks_room::schema());
        SnapshotCodec codec(rocks_room::schema().types(), ticks_per_second);
        SnapshotCodec client_codec(rocks_room::schema().types(), ticks_per_second);
        SnapshotEncoder encoder(history, &codec);
        const auto everything = [](Tick) {
            return Sight{};
        };
        ScopedWatcher watcher(
            encoder, client_codec, 1, everything, bytes_per_second, {0.05, 0.02, 4});
        Interpolator interpolator(rocks_room::schema(), ticks_per_second);
        RandomRoom room(7, 120);
        std::size_t compared = 0;
        for (Tick now{1}; now.value <= 600; ++now) {
            rocks_room::describe(history.begin(now), room.step());
            history.commit();
            const std::string wrong = watcher.step(now);
            REQUIRE_MESSAGE(wrong.empty(), wrong);
            interpolator.show(watcher.replica, {now - lag});
            if (now.value < 30 || !watcher.replica.is_whole(now - lag)) continue;
            ++compared;
            const std::string problem = check(watcher.replica, now - lag, interpolator);
            REQUIRE_MESSAGE(problem.empty(), problem);
        }
        CHECK(compared > 200);
    }
}
