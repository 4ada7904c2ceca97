#pragma once

#include "camera.hpp"
#include "canvas.hpp"

#include <engine_net/shown_room.hpp>

#include <optional>
#include <vector>

/// Where things are by other reckonings than the one that is shown: by the newest that the server
/// told, and for the player's own ship by that of all others, interpolated.
class Ghosts {
public:
    /// Once a frame while they are to be seen.
    void update(const engine_net::ShownRoom& room, engine_net::Time now);
    /// There are none from now on.
    void clear();
    void draw(Canvas& canvas, const Camera& camera) const;

private:
    struct Ship {
        arena::Vector place;
        float heading = 0;
        Colour colour;
        bool is_own = false;
    };
    struct Rock {
        arena::Vector place;
        float radius = 0;
    };

    static void draw_newest(Canvas& canvas, const Camera& camera, const Ship& ship);
    static void draw_key(Canvas& canvas, arena::Vector ship, float scale);

    std::vector<Ship> newest_ships_;
    std::vector<Rock> newest_rocks_;
    std::optional<Ship> interpolated_; ///< the own one
    std::optional<Ship> predicted_;    ///< the own one, as it is shown
};
