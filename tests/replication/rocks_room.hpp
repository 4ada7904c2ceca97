#pragma once

#include "core/random.hpp"
#include "replication/history.hpp"

#include "rocks_bfbs_generated.h"
#include "rocks_generated.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

/// Entities of `tests/schemas/rocks.fbs`, described tick by tick.
namespace rocks_room {

inline const engine_net::ReplicatedSchema& schema() {
    static const auto loaded =
        engine_net::ReplicatedSchema::load(engine_net::compiled_schema<rocks::RootBinarySchema>());
    REQUIRE_MESSAGE(loaded, (loaded ? std::string{} : loaded.error().text));
    return *loaded;
}
inline std::size_t ship_type() {
    return *schema().find_type("rocks.Ship");
}
inline std::size_t rock_type() {
    return *schema().find_type("rocks.Rock");
}

inline rocks::Rock rock_state(float radius) {
    return {rocks::Vec2(radius, -radius), rocks::Quat(0, 0, 0, 1), radius};
}
inline rocks::Ship ship_state(std::uint8_t fuel) {
    return {rocks::Vec2(1, 2), rocks::Vec2(3, 4), 0.5f, rocks::Hull::iron, true, fuel, 40};
}

struct Described {
    std::uint32_t id = 0;
    bool is_ship = false;
    engine_net::PresenceId owner;
    rocks::Rock rock;
    rocks::Ship ship;
};
inline Described rock(std::uint32_t id, float radius = 1) {
    return {id, false, {}, rock_state(radius), {}};
}
inline Described ship(std::uint32_t id, std::uint32_t owner, std::uint8_t fuel = 100) {
    return {id, true, engine_net::PresenceId{owner}, {}, ship_state(fuel)};
}

inline void describe(engine_net::SnapshotBuilder& snapshot,
                     const std::vector<Described>& entities) {
    for (const Described& one : entities) {
        if (one.is_ship) {
            snapshot.add(engine_net::EntityId{one.id}, one.ship, one.owner);
        } else {
            snapshot.add(engine_net::EntityId{one.id}, one.rock, one.owner);
        }
    }
}

/// The same as a function; `entities` outlive it.
inline auto described(const std::vector<Described>& entities) {
    return [&entities](engine_net::SnapshotBuilder& snapshot) {
        describe(snapshot, entities);
    };
}

inline void
tick(engine_net::History& history, std::uint32_t at, const std::vector<Described>& entities) {
    describe(history.begin(engine_net::Tick{at}), entities);
    history.commit();
}

/// Rocks and ships that appear, change and go at random; ids come back, ships change hands.
class RandomRoom {
public:
    explicit RandomRoom(std::uint64_t seed, std::size_t most = 200) : random_(seed), most_(most) {}

    const std::vector<Described>& step() {
        for (std::size_t i = 0; i < entities_.size();) {
            if (random_.next_chance(0.02)) {
                entities_[i] = entities_.back();
                entities_.pop_back();
            } else {
                change(entities_[i++]);
            }
        }
        while (entities_.size() < most_ && random_.next_chance(0.8)) appear();
        return entities_;
    }

    [[nodiscard]] const std::vector<Described>& entities() const { return entities_; }

private:
    float within(double end) { return static_cast<float>((random_.next_unit() * 2 - 1) * end); }

    void appear() {
        const auto id = static_cast<std::uint32_t>(1 + random_.next_below(3 * most_));
        for (const Described& one : entities_) {
            if (one.id == id) return;
        }
        entities_.push_back(random_.next_chance(0.5) ? rock(id) : ship(id, owner()));
        change(entities_.back());
    }
    std::uint32_t owner() { return static_cast<std::uint32_t>(random_.next_below(4)); }

    void change(Described& one) {
        if (random_.next_chance(0.3)) return;
        // In braces, so that every compiler draws the numbers in the same order.
        const rocks::Vec2 position{within(2100), within(2048)};
        if (one.is_ship) {
            const auto hull = random_.next_chance(0.5) ? rocks::Hull::wood : rocks::Hull::steel;
            one.ship = {position,
                        rocks::Vec2{within(400), within(1)},
                        within(4),
                        hull,
                        random_.next_chance(0.5),
                        static_cast<std::uint8_t>(random_.next()),
                        static_cast<std::uint16_t>(random_.next())};
            if (random_.next_chance(0.05)) one.owner = engine_net::PresenceId{owner()};
        } else {
            one.rock = {
                position, rocks::Quat{within(1), within(1), within(1), within(1)}, within(64)};
        }
    }

    engine_net::Random random_;
    std::size_t most_;
    std::vector<Described> entities_;
};

} // namespace rocks_room
