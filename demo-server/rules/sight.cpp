#include "rules/sight.hpp"

#include "rules/heading.hpp"
#include "rules/ship.hpp"

#include <engine_net/client.hpp>

#include "arena_generated.h"

namespace arena {

namespace {

Vector vector(const Vec2& vec2) {
    return {vec2.x(), vec2.y()};
}

} // namespace

Sight look(const engine_net::Client& client, engine_net::Time now) {
    Sight sight;
    const auto self = client.presence().value;
    const auto add_ship = [&](engine_net::EntityId, const Ship& ship) {
        const Vector position = vector(ship.position());
        const Vector velocity = vector(ship.velocity());
        if (ship.player() == self) {
            sight.own = {position, velocity, heading_of_radians(ship.heading()), ship.ammo()};
        } else {
            sight.ships.push_back({position, velocity, ship_radius});
        }
    };
    const auto add_asteroid = [&](engine_net::EntityId, const Asteroid& asteroid) {
        sight.asteroids.push_back(
            {vector(asteroid.position()), vector(asteroid.velocity()), asteroid.radius()});
    };
    client.each<Ship>(now, add_ship);
    client.each<Asteroid>(now, add_asteroid);
    return sight;
}

} // namespace arena
