#pragma once

#include "rules/dice.hpp"
#include "rules/vector.hpp"

#include <engine_net/ids.hpp>

#include <array>
#include <cstdint>

namespace arena {

enum class AsteroidSize : std::uint8_t { small, medium, large };

inline constexpr float max_asteroid_speed = 200; ///< units per second

struct AsteroidBody {
    engine_net::EntityId id;
    AsteroidSize size = AsteroidSize::large;
    Vector position;
    Vector velocity;
    float radius = 0;
    float heading = 0; ///< see `full_turn`
    float spin = 0;    ///< heading steps per second
};

/// What its destroyer gets for it.
int points_of(AsteroidSize size);
/// How many small asteroids it comes to. Breaking keeps the sum.
int mass_of(AsteroidSize size);

/// Of random shape, course and spin.
AsteroidBody make_asteroid(AsteroidSize size, Vector position, Dice& dice);
/// The two parts of one that is not small: they fly apart across the way of the shot.
std::array<AsteroidBody, 2> parts_of(const AsteroidBody& broken, Vector shot_velocity, Dice& dice);
/// Moves it by `dt` seconds.
void drift(AsteroidBody& asteroid, float dt);

} // namespace arena
