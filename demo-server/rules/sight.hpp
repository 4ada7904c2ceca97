#pragma once

#include "rules/vector.hpp"

#include <engine_net/clock.hpp>

#include <optional>
#include <vector>

namespace engine_net {
class Client;
}

namespace arena {

/// What one player's client shows of the game: all that a pilot decides by.
struct Sight {
    struct Own {
        Vector position;
        Vector velocity;
        int heading = 0;
        int ammo = 0;
    };
    struct Other {
        Vector position;
        Vector velocity;
        float radius = 0;
    };

    std::optional<Own> own; ///< nothing while the player has no ship
    std::vector<Other> ships;
    std::vector<Other> asteroids;
};

/// The game as `client` shows it at `now`.
Sight look(const engine_net::Client& client, engine_net::Time now);

} // namespace arena
