#pragma once

#include "rules/ship.hpp"

#include <engine_net/prediction.hpp>

#include "arena_generated.h"

#include <functional>

namespace engine_net {
class Client;
}

namespace arena {

/// A ship as its player's client moves it.
struct PredictedShip {
    ShipBody body;
    Input input; ///< of the newest tick
};

using ShipPrediction = engine_net::PredictionRules<Ship, Input, PredictedShip>;

/// For `Client::predict` of `client`, which outlives it: the player's ship moves by the rules that
/// the server's does. `on_shot` is called once for each shot that it fires, with the ship that
/// does.
ShipPrediction ship_prediction(const engine_net::Client& client,
                               std::function<void(const ShipBody&)> on_shot = {});

} // namespace arena
