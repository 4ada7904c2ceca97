#pragma once

#include "backdrop.hpp"
#include "camera.hpp"
#include "canvas.hpp"
#include "ghosts.hpp"
#include "model/own_shots.hpp"
#include "model/roster.hpp"
#include "shapes.hpp"
#include "sparks.hpp"

#include <engine_net/shown_room.hpp>

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

/// The field as one player sees it.
class Scene {
public:
    struct OwnShip {
        float health = 0; ///< these are shares
        float fuel = 0;
        float ammo = 0;
    };
    /// For the map.
    struct Dot {
        arena::Vector place;
        float size = 1;
        Colour colour;
    };

    /// The window's size in pixels.
    void resize(int width, int height);
    /// Once a frame: takes over what is shown at `now`.
    void update(const engine_net::ShownRoom& room, engine_net::Time now, float seconds);
    /// Whom the camera follows while the player has no ship of its own, by the id of its presence.
    void follow(std::uint32_t player) { followed_ = player; }
    /// The whole field, whomever it follows: see `Camera::show_field`.
    void show_field(bool is_shown, float taken) { camera_.show_field(is_shown, taken); }
    /// Turns what the room tells into sparks.
    void note(const arena::Event& event);
    /// From the next frame on.
    void show_ghosts(bool shown) { shows_ghosts_ = shown; }
    /// The player's ship has fired just now.
    void fire(const arena::ShipBody& ship) { own_shots_.fire(ship); }
    void draw(Canvas& canvas, const Roster& roster) const;

    /// Nothing while the player has no ship.
    [[nodiscard]] const std::optional<OwnShip>& own_ship() const { return own_; }
    [[nodiscard]] const Camera& camera() const { return camera_; }
    /// Whose ship it followed last, 0: nobody's.
    [[nodiscard]] std::uint32_t followed() const { return last_followed_; }
    [[nodiscard]] std::vector<Dot> dots() const;

private:
    struct Ship {
        std::uint32_t player = 0;
        arena::Vector velocity;
        ShipLook look;
    };
    struct Rock {
        std::uint32_t shape = 0;
        arena::Vector place;
        float heading = 0;
        float radius = 0;
        float presence = 0;
    };
    struct Bolt {
        arena::Vector place;
        arena::Vector velocity;
        Colour colour;
    };

    void take_ships(const engine_net::ShownRoom& room, engine_net::Time now);
    void take_rocks(const engine_net::ShownRoom& room, engine_net::Time now, float seconds);
    void take_shots(const engine_net::ShownRoom& room, engine_net::Time now);
    void fly_own_shots(float seconds);
    void move_camera(float seconds);
    void leave_exhaust(float seconds);
    void draw_field_edge(Canvas& canvas) const;
    void draw_flash(Canvas& canvas) const;
    void draw_words(Canvas& canvas, const Roster& roster) const;
    [[nodiscard]] Colour colour_of(std::uint32_t player) const;

    Camera camera_;
    Backdrop backdrop_;
    Sparks sparks_;
    Ghosts ghosts_;
    bool shows_ghosts_ = false;
    float time_s_ = 0;
    float exhaust_due_ = 0;
    float flash_ = 0; ///< 1 when the own ship was hit just now
    std::uint32_t followed_ = 0;
    std::uint32_t last_followed_ = 0; ///< to whom it jumps no more
    std::optional<OwnShip> own_;
    Colour own_colour_; ///< its shots outlive the ship
    OwnShots own_shots_;
    std::vector<Ship> ships_;
    std::vector<Rock> rocks_;
    std::unordered_map<engine_net::EntityId, float> rock_ages_s_; ///< what is new fades in
    std::vector<Bolt> bolts_;
};
