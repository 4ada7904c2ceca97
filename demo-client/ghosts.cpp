#include "ghosts.hpp"

#include "lettering.hpp"
#include "shapes.hpp"

#include "arena_generated.h"

#include <string_view>

using arena::Vector;
using engine_net::EntityId;
using engine_net::Shown;
using engine_net::ShownRoom;
using engine_net::Time;

namespace {

constexpr Colour newest_colour = player_colour(3);
constexpr Colour interpolated_colour = player_colour(6);
constexpr float away = 26; // units of the field from a ship's middle to its label

Vector vector(const arena::Vec2& vec2) {
    return {vec2.x(), vec2.y()};
}

Lettering label_in(Colour colour) {
    return {.height = 8, .colour = colour.faded(0.85F)};
}

} // namespace

void Ghosts::clear() {
    newest_ships_.clear();
    newest_rocks_.clear();
    interpolated_.reset();
    predicted_.reset();
}

void Ghosts::update(const ShownRoom& room, Time now) {
    clear();
    const auto ghost_of = [&room](const arena::Ship& ship) {
        return Ship{.place = vector(ship.position()),
                    .heading = ship.heading(),
                    .colour = player_colour(ship.colour()),
                    .is_own = ship.player() == room.presence().value};
    };
    const auto each_own = [&](Shown shown, std::optional<Ship>& own) {
        room.each<arena::Ship>(
            now,
            [&](EntityId, const arena::Ship& ship) {
                if (const Ship ghost = ghost_of(ship); ghost.is_own) own = ghost;
            },
            shown);
    };
    each_own(Shown::predicted, predicted_);
    each_own(Shown::interpolated, interpolated_);
    room.each<arena::Ship>(
        now,
        [&](EntityId, const arena::Ship& ship) {
            newest_ships_.push_back(ghost_of(ship));
        },
        Shown::newest);
    room.each<arena::Asteroid>(
        now,
        [&](EntityId, const arena::Asteroid& asteroid) {
            newest_rocks_.push_back({vector(asteroid.position()), asteroid.radius()});
        },
        Shown::newest);
}

void Ghosts::draw(Canvas& canvas, const Camera& camera) const {
    for (const Rock& rock : newest_rocks_) {
        if (!camera.is_in_sight(rock.place, rock.radius)) continue;
        canvas.ring(camera.on_screen(rock.place),
                    rock.radius * camera.scale(),
                    1,
                    newest_colour.faded(0.22F));
    }
    for (const Ship& ship : newest_ships_) draw_newest(canvas, camera, ship);
    if (interpolated_) {
        const Colour colour = interpolated_colour.faded(0.6F);
        draw_ship_outline(canvas, camera, interpolated_->place, interpolated_->heading, colour);
    }
    if (predicted_) draw_key(canvas, camera.on_screen(predicted_->place), camera.scale());
}

void Ghosts::draw_newest(Canvas& canvas, const Camera& camera, const Ship& ship) {
    const Colour colour = ship.is_own ? newest_colour : mixed(ship.colour, newest_colour, 0.6F);
    draw_ship_outline(canvas, camera, ship.place, ship.heading, colour.faded(0.6F));
    if (ship.is_own || !camera.is_in_sight(ship.place, away)) return;
    const Vector label = camera.on_screen(ship.place) + Vector{away * camera.scale(), -4};
    label_in(newest_colour).draw(canvas, label, "server");
}

/// Below the own ship, where the labels of its ghosts can't cover each other.
void Ghosts::draw_key(Canvas& canvas, Vector ship, float scale) {
    constexpr float row = 13; // pixels
    Vector place = ship + Vector{0, 34 * scale};
    const auto put = [&](Colour colour, std::string_view text) {
        label_in(colour).draw_centred(canvas, place, text);
        place.y += row;
    };
    put(white, "predicted");
    put(newest_colour, "server");
    put(interpolated_colour, "interpolated");
}
