#include "model/own_shots.hpp"
#include "rules/field.hpp"
#include "rules/world.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>

using arena::ShipBody;
using arena::Vector;
using doctest::Approx;

namespace {

constexpr float frame_s = 1.0F / 60;

/// Flies towards growing x.
ShipBody ship_at(Vector position) {
    ShipBody ship;
    ship.position = position;
    ship.velocity = {100, 30};
    return ship;
}

void run(OwnShots& shots, float seconds, std::span<const OwnShots::Obstacle> obstacles = {}) {
    const auto frames = std::lround(seconds / frame_s);
    for (long i = 0; i < frames; ++i) shots.step(frame_s, obstacles);
}

} // namespace

TEST_CASE("own_shots: a shot leaves the muzzle with the ship's velocity added to its own") {
    OwnShots shots;
    const ShipBody ship = ship_at({10, 20});
    shots.fire(ship);
    REQUIRE(shots.all().size() == 1);
    CHECK(shots.all()[0].position == arena::muzzle(ship));
    CHECK(shots.all()[0].velocity.x == Approx(100 + arena::shot_speed));
    CHECK(shots.all()[0].velocity.y == Approx(30));

    shots.step(0.1F, {});
    CHECK(shots.all()[0].position.x == Approx(arena::muzzle(ship).x + 62));
    CHECK(shots.all()[0].position.y == Approx(23));
}

TEST_CASE("own_shots: a shot flies where the server's does, until its life is over") {
    arena::World world({.seed = 3, .asteroid_mass = 0});
    const engine_net::PresenceId player{1};
    world.add_player(player);
    world.place_ship(player, {900, 0}, 0);
    world.steer(player, arena::Input(static_cast<std::uint8_t>(arena::Button::fire)));
    world.step(frame_s);
    world.steer(player, arena::Input(0));
    REQUIRE(world.shots().size() == 1);

    OwnShots shots;
    shots.fire(world.players()[0].ship);
    shots.step(frame_s, {});
    int frames = 0;
    for (; !shots.all().empty() && !world.shots().empty(); ++frames) {
        CHECK(arena::are_within(shots.all()[0].position, world.shots()[0].position, 0.5F));
        world.step(frame_s);
        shots.step(frame_s, {});
    }
    CHECK(frames > 60);
    CHECK(shots.all().size() == world.shots().size());
}

TEST_CASE("own_shots: a shot that crosses an edge comes in on the other side") {
    OwnShots shots;
    shots.fire(ship_at({arena::field_half - 20, 0}));
    shots.step(0.1F, {});
    REQUIRE(shots.all().size() == 1);
    CHECK(shots.all()[0].position.x < 0);
}

TEST_CASE("own_shots: a shot vanishes when it touches something, over an edge as well") {
    const std::array wall{OwnShots::Obstacle{{-arena::field_half + 60, 0}, 20}};
    OwnShots shots;
    shots.fire(ship_at({arena::field_half - 120, 0}));
    run(shots, 0.15F, wall);
    CHECK(shots.all().size() == 1);
    run(shots, 0.15F, wall);
    CHECK(shots.all().empty());
}

TEST_CASE("own_shots: no frame is so long that a shot leaps over a ship") {
    const std::array other{OwnShots::Obstacle{{60, 0}, arena::ship_radius}};
    OwnShots shots;
    shots.fire(ship_at({0, 0}));
    shots.step(0.5F, other);
    CHECK(shots.all().empty());
}

TEST_CASE("own_shots: a shot that strikes leaves the others") {
    const std::array other{OwnShots::Obstacle{{60, 0}, arena::ship_radius}};
    OwnShots shots;
    shots.fire(ship_at({0, 0}));
    shots.fire(ship_at({0, 300}));
    run(shots, 0.2F, other);
    CHECK(shots.all().size() == 1);
}
