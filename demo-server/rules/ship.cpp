#include "rules/ship.hpp"

#include "rules/field.hpp"
#include "rules/heading.hpp"

#include <algorithm>
#include <cmath>

namespace arena {

namespace {

constexpr float turn_rate = 600;     // heading steps per second; 10 in a tick at 60 Hz
constexpr float acceleration = 420;  // units per second squared
constexpr float drag = 0.55F;        // share of the speed lost per second
constexpr float fuel_use = 0.22F;    // of the tank, per second of thrust
constexpr float fuel_refill = 0.14F; // of the tank, per second without
constexpr float ammo_refill = 2.5F;  // shots per second
constexpr float reload_time_s = 0.18F;

int turned(int heading, const Input& input, float dt) {
    const int step = static_cast<int>(std::lround(turn_rate * dt));
    if (holds(input, Button::left)) heading -= step;
    if (holds(input, Button::right)) heading += step;
    return wrapped_heading(heading);
}

} // namespace

bool is_thrusting(const ShipBody& body, const Input& input) {
    return holds(input, Button::thrust) && body.fuel > 0;
}

void step_ship(ShipBody& body, const Input& input, float dt) {
    body.heading = turned(body.heading, input, dt);

    if (is_thrusting(body, input)) {
        body.velocity += direction(body.heading) * (acceleration * dt);
        body.fuel = std::max(0.0F, body.fuel - fuel_use * dt);
    } else if (!holds(input, Button::thrust)) {
        body.fuel = std::min(1.0F, body.fuel + fuel_refill * dt);
    }

    body.velocity = body.velocity * (1 - drag * dt);
    const float speed = length(body.velocity);
    if (speed > max_ship_speed) body.velocity = body.velocity * (max_ship_speed / speed);
    body.position = wrapped(body.position + body.velocity * dt);

    body.ammo = std::min(full_magazine, body.ammo + ammo_refill * dt);
    body.reload_s = std::max(0.0F, body.reload_s - dt);
}

bool take_shot(ShipBody& body, const Input& input) {
    if (!holds(input, Button::fire) || body.reload_s > 0 || body.ammo < 1) return false;
    body.ammo -= 1;
    body.reload_s = reload_time_s;
    return true;
}

Vector muzzle(const ShipBody& body) {
    return wrapped(body.position + direction(body.heading) * (ship_radius + 4));
}

} // namespace arena
