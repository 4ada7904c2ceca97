#pragma once

#include "rules/vector.hpp"

#include "arena_generated.h"

namespace arena {

inline constexpr float ship_radius = 14;
inline constexpr int full_health = 4;        ///< shots that a ship can take
inline constexpr float full_magazine = 12;   ///< shots
inline constexpr float shot_speed = 520;     ///< units per second, on top of the ship's own
inline constexpr float max_ship_speed = 320; ///< units per second

/// What moves a ship, and all that its movement depends on. The client's prediction runs the same
/// `step_ship` on it as the server.
struct ShipBody {
    Vector position;
    Vector velocity;
    int heading = 0; ///< see `full_turn`
    float fuel = 1;  ///< 1 is full
    float ammo = full_magazine;
    float reload_s = 0; ///< until the gun is ready again
};

inline bool holds(const Input& input, Button button) {
    return (input.buttons() & static_cast<std::uint8_t>(button)) != 0;
}

/// Whether a ship with this input burns fuel now.
bool is_thrusting(const ShipBody& body, const Input& input);

/// Turns, thrusts and moves a ship by one tick of `dt` seconds.
void step_ship(ShipBody& body, const Input& input, float dt);

/// Fires if the input says so and the gun can: takes the shot out of the magazine.
bool take_shot(ShipBody& body, const Input& input);

/// Where a ship's shot begins, just ahead of its nose.
Vector muzzle(const ShipBody& body);

} // namespace arena
