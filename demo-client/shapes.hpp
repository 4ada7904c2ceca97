#pragma once

#include "camera.hpp"
#include "canvas.hpp"

#include <cstdint>

/// What the game's things look like. Places are the field's.
struct ShipLook {
    arena::Vector place;
    float heading = 0; ///< radians
    Colour colour;
    bool is_own = false;
    bool is_thrusting = false;
    bool is_shielded = false;
    bool is_coasting = false;
    float health = 1; ///< share
};

/// `time_s` makes flames flicker and shields pulse.
void draw_ship(Canvas& canvas, const Camera& camera, const ShipLook& ship, float time_s);
/// No more than where a ship would be.
void draw_ship_outline(
    Canvas& canvas, const Camera& camera, arena::Vector place, float heading, Colour colour);
/// `shape` picks one of the endless kinds of asteroids; `presence` fades it in, 0 to 1.
void draw_asteroid(Canvas& canvas,
                   const Camera& camera,
                   arena::Vector place,
                   float heading,
                   float radius,
                   std::uint32_t shape,
                   float presence);
void draw_shot(Canvas& canvas,
               const Camera& camera,
               arena::Vector place,
               arena::Vector velocity,
               Colour colour);
