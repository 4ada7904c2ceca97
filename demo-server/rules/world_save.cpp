#include "rules/heading.hpp"
#include "rules/world.hpp"

#include <algorithm>

namespace arena {

// How a world goes to another server: everything that the next step depends on.

namespace {

constexpr int colours = 16;

Vec2 saved(Vector vector) {
    return {vector.x, vector.y};
}

Vector loaded(const Vec2& vector) {
    return {vector.x(), vector.y()};
}

SavedShip saved(const ShipBody& ship) {
    return {saved(ship.position),
            saved(ship.velocity),
            ship.heading,
            ship.fuel,
            ship.ammo,
            ship.reload_s};
}

ShipBody loaded(const SavedShip& saved) {
    return {loaded(saved.position()),
            loaded(saved.velocity()),
            wrapped_heading(saved.heading()),
            saved.fuel(),
            saved.ammo(),
            saved.reload_s()};
}

Player loaded(const SavedPlayer& saved) {
    Player player;
    player.id = engine_net::PresenceId{saved.id()};
    player.score_entity = engine_net::EntityId{saved.score_entity()};
    player.colour = static_cast<std::uint8_t>(saved.colour() % colours);
    player.input = Input(saved.buttons());
    player.is_coasting = saved.is_coasting();
    player.is_alive = saved.is_alive();
    player.ship_entity = engine_net::EntityId{saved.ship_entity()};
    player.ship = loaded(*saved.ship());
    player.health = saved.health();
    player.shield_s = saved.shield_s();
    player.respawn_s = saved.respawn_s();
    player.points = saved.points();
    player.kills = saved.kills();
    player.deaths = saved.deaths();
    return player;
}

auto save(flatbuffers::FlatBufferBuilder& builder, const Player& player) {
    const SavedShip ship = saved(player.ship);
    return CreateSavedPlayer(builder,
                             player.id.value,
                             player.score_entity.value,
                             player.colour,
                             player.input.buttons(),
                             player.is_coasting,
                             player.is_alive,
                             player.ship_entity.value,
                             &ship,
                             player.health,
                             player.shield_s,
                             player.respawn_s,
                             player.points,
                             player.kills,
                             player.deaths);
}

} // namespace

flatbuffers::Offset<SavedWorld> World::save(flatbuffers::FlatBufferBuilder& builder) const {
    std::vector<flatbuffers::Offset<SavedPlayer>> players;
    players.reserve(players_.size());
    for (const Player& player : players_) players.push_back(arena::save(builder, player));
    std::vector<SavedShot> shots;
    shots.reserve(shots_.size());
    for (const ShotBody& shot : shots_) {
        shots.emplace_back(shot.id.value,
                           shot.player.value,
                           shot.colour,
                           saved(shot.position),
                           saved(shot.velocity),
                           shot.life_s);
    }
    std::vector<SavedAsteroid> asteroids;
    asteroids.reserve(asteroids_.size());
    for (const AsteroidBody& asteroid : asteroids_) {
        asteroids.emplace_back(asteroid.id.value,
                               static_cast<std::uint8_t>(asteroid.size),
                               saved(asteroid.position),
                               saved(asteroid.velocity),
                               asteroid.radius,
                               asteroid.heading,
                               asteroid.spin);
    }
    return CreateSavedWorld(builder,
                            dice_.state(),
                            last_id_,
                            asteroid_mass_,
                            builder.CreateVector(players),
                            builder.CreateVectorOfStructs(shots),
                            builder.CreateVectorOfStructs(asteroids));
}

World::World(const SavedWorld& saved)
    : dice_(saved.dice()), last_id_(saved.last_id()), asteroid_mass_(saved.asteroid_mass()) {
    players_.reserve(saved.players()->size());
    for (const SavedPlayer* player : *saved.players()) players_.push_back(loaded(*player));
    shots_.reserve(saved.shots()->size());
    for (const SavedShot* shot : *saved.shots()) {
        shots_.push_back({engine_net::EntityId{shot->id()},
                          engine_net::PresenceId{shot->player()},
                          static_cast<std::uint8_t>(shot->colour() % colours),
                          loaded(shot->position()),
                          loaded(shot->velocity()),
                          shot->life_s()});
    }
    asteroids_.reserve(saved.asteroids()->size());
    for (const SavedAsteroid* asteroid : *saved.asteroids()) {
        const auto largest = static_cast<std::uint8_t>(AsteroidSize::large);
        asteroids_.push_back({engine_net::EntityId{asteroid->id()},
                              static_cast<AsteroidSize>(std::min(asteroid->size(), largest)),
                              loaded(asteroid->position()),
                              loaded(asteroid->velocity()),
                              asteroid->radius(),
                              asteroid->heading(),
                              asteroid->spin()});
    }
}

} // namespace arena
