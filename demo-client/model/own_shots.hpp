#pragma once

#include "rules/ship.hpp"
#include "rules/vector.hpp"

#include <span>
#include <vector>

/// The player's shots as it sees them: from the moment it fires, long before the server's own shots
/// could be shown. They look right and decide nothing; whom they strike, the server says.
class OwnShots {
public:
    struct Shot {
        arena::Vector position;
        arena::Vector velocity;
        float left_s = 0; ///< of its life
    };
    /// Something that is shown, and stops a shot that touches it.
    struct Obstacle {
        arena::Vector place;
        float radius = 0;
    };

    /// The ship has fired one just now.
    void fire(const arena::ShipBody& ship);
    /// Once a frame: they fly on, until they touch something or their life is over.
    void step(float seconds, std::span<const Obstacle> obstacles);

    [[nodiscard]] const std::vector<Shot>& all() const { return shots_; }

private:
    std::vector<Shot> shots_;
};
