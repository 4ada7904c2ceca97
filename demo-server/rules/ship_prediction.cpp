#include "rules/ship_prediction.hpp"

#include "rules/field.hpp"
#include "rules/heading.hpp"

#include <engine_net/client.hpp>

#include <cmath>
#include <cstdlib>
#include <utility>

namespace arena {

namespace {

// The schema's steps: what is nearer than that may be right to the last bit, and is kept.
constexpr float position_step = 0.05F;
constexpr float velocity_step = 0.25F;

bool are_near(Vector a, Vector b, float distance) {
    return std::abs(a.x - b.x) <= distance && std::abs(a.y - b.y) <= distance;
}

Vector vector(const Vec2& vec2) {
    return {vec2.x(), vec2.y()};
}

std::uint8_t share_of_255(float share) {
    return static_cast<std::uint8_t>(std::lround(share * 255));
}

void correct(ShipBody& body, const Ship& ship) {
    const Vector position = vector(ship.position());
    const Vector velocity = vector(ship.velocity());
    if (!are_near(way(position, body.position), {}, position_step)) body.position = position;
    if (!are_near(velocity, body.velocity, velocity_step)) body.velocity = velocity;
    body.heading = heading_of_radians(ship.heading());
    if (std::abs(share_of_255(body.fuel) - ship.fuel()) > 1)
        body.fuel = static_cast<float>(ship.fuel()) / 255;
    constexpr float between = 0.5F; // what the state leaves out of a shot that is being made
    if (static_cast<std::uint8_t>(body.ammo) != ship.ammo())
        body.ammo = static_cast<float>(ship.ammo()) + between;
}

void describe(const PredictedShip& predicted, Ship& ship) {
    const ShipBody& body = predicted.body;
    const auto thrusting = static_cast<std::uint8_t>(ShipFlag::thrusting);
    const bool burns = is_thrusting(body, predicted.input);
    const auto flags =
        static_cast<std::uint8_t>((ship.flags() & ~thrusting) | (burns ? thrusting : 0));
    ship = {Vec2(body.position.x, body.position.y),
            Vec2(body.velocity.x, body.velocity.y),
            radians(body.heading),
            ship.player(),
            ship.colour(),
            flags,
            ship.health(),
            ship.fuel(),
            ship.ammo()};
}

} // namespace

ShipPrediction ship_prediction(const engine_net::Client& client,
                               std::function<void(const ShipBody&)> on_shot) {
    return {
        .owns =
            [&client](engine_net::EntityId, const Ship& ship) {
                return ship.player() == client.presence().value;
            },
        .correct =
            [](PredictedShip& predicted, const Ship& ship) {
                correct(predicted.body, ship);
            },
        .step =
            [on_shot = std::move(on_shot)](PredictedShip& predicted,
                                           const Input& input,
                                           const engine_net::PredictedStep& step) {
                predicted.input = input;
                step_ship(predicted.body, input, static_cast<float>(step.seconds));
                const bool fires = take_shot(predicted.body, input);
                if (fires && step.is_first && on_shot) on_shot(predicted.body);
            },
        .describe = describe,
    };
}

} // namespace arena
