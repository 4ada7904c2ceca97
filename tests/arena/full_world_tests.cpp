#include "rules/pilot.hpp"
#include "rules/ship.hpp"
#include "rules/world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace arena;

namespace {

constexpr float dt = 1.0F / 60;
constexpr std::uint32_t full_room = 16;

/// What a player's client would show.
Sight sight_of(const World& world, const Player& self) {
    Sight sight;
    for (const Player& player : world.players()) {
        if (!player.is_alive) continue;
        const ShipBody& ship = player.ship;
        if (player.id == self.id) {
            sight.own = {ship.position, ship.velocity, ship.heading, static_cast<int>(ship.ammo)};
        } else {
            sight.ships.push_back({ship.position, ship.velocity, ship_radius});
        }
    }
    for (const AsteroidBody& asteroid : world.asteroids()) {
        sight.asteroids.push_back({asteroid.position, asteroid.velocity, asteroid.radius});
    }
    return sight;
}

/// A full room of pilots.
class FullWorld {
public:
    explicit FullWorld(std::uint64_t seed) : world({.seed = seed}) {
        for (std::uint32_t id = 1; id <= full_room; ++id) {
            world.add_player({id});
            pilots_.emplace_back(seed + id);
        }
    }
    void step() {
        std::vector<Input> inputs;
        for (std::size_t i = 0; i < full_room; ++i) {
            inputs.push_back(pilots_[i].steer(sight_of(world, world.players()[i])));
        }
        for (std::size_t i = 0; i < full_room; ++i) world.steer(world.players()[i].id, inputs[i]);
        world.step(dt);
    }
    [[nodiscard]] std::size_t entities() const {
        return 2 * full_room + world.shots().size() + world.asteroids().size();
    }

    World world;

private:
    std::vector<Pilot> pilots_;
};

std::uint64_t digest_after(std::uint64_t seed, int ticks) {
    FullWorld full(seed);
    for (int tick = 0; tick < ticks; ++tick) full.step();
    return full.world.digest();
}

} // namespace

TEST_CASE("world: the same seed and inputs give the same world after a minute") {
    constexpr int minute = 3600;
    const auto digest = digest_after(11, minute);
    CHECK(digest_after(11, minute) == digest);
    CHECK(digest_after(12, minute) != digest);
}

TEST_CASE("world: a full room keeps about 200 entities, and its pilots fight") {
    FullWorld full(3);
    std::size_t fewest = 1000;
    std::size_t most = 0;
    for (int tick = 0; tick < 3600; ++tick) {
        full.step();
        fewest = std::min(fewest, full.entities());
        most = std::max(most, full.entities());
    }
    MESSAGE("entities: ", fewest, " to ", most);
    CHECK(fewest >= 150);
    CHECK(most <= 260);

    int kills = 0;
    int deaths = 0;
    for (const Player& player : full.world.players()) {
        CHECK(player.points > 0);
        kills += player.kills;
        deaths += player.deaths;
    }
    MESSAGE("kills: ", kills, " deaths: ", deaths);
    CHECK(kills > 10);
    CHECK(deaths < 200);
}
