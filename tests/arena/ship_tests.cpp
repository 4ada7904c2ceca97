#include "rules/field.hpp"
#include "rules/ship.hpp"

#include <doctest/doctest.h>

using namespace arena;

namespace {

constexpr float dt = 1.0F / 60;

Input pressed(Button buttons) {
    return {static_cast<std::uint8_t>(buttons)};
}

} // namespace

TEST_CASE("ship: thrust moves it where it points, and burns fuel") {
    ShipBody ship;
    ship.heading = 256;
    for (int tick = 0; tick < 60; ++tick) step_ship(ship, pressed(Button::thrust), dt);
    CHECK(ship.position.y > 50);
    CHECK(ship.position.x == doctest::Approx(0));
    CHECK(ship.fuel < 1);
}

TEST_CASE("ship: turning left undoes turning right") {
    ShipBody ship;
    for (int tick = 0; tick < 7; ++tick) step_ship(ship, pressed(Button::right), dt);
    CHECK(ship.heading == 70);
    for (int tick = 0; tick < 7; ++tick) step_ship(ship, pressed(Button::left), dt);
    CHECK(ship.heading == 0);
    step_ship(ship, pressed(Button::left | Button::right), dt);
    CHECK(ship.heading == 0);
}

TEST_CASE("ship: it never exceeds its top speed, and stays in the field") {
    ShipBody ship;
    ship.position = {field_half - 1, 0};
    for (int tick = 0; tick < 600; ++tick) {
        ship.fuel = 1;
        step_ship(ship, pressed(Button::thrust), dt);
        CHECK(length(ship.velocity) <= max_ship_speed * 1.0001F);
        CHECK(wrapped(ship.position) == ship.position);
    }
}

TEST_CASE("ship: an empty tank gives no thrust, and fills while the engine rests") {
    ShipBody ship;
    ship.fuel = 0;
    step_ship(ship, pressed(Button::thrust), dt);
    CHECK(ship.velocity == Vector{0, 0});
    step_ship(ship, Input(), dt);
    CHECK(ship.fuel > 0);
}

TEST_CASE("ship: the magazine holds a dozen shots, and the gun needs time between them") {
    ShipBody ship;
    int shots = 0;
    for (int tick = 0; tick < 30; ++tick) {
        step_ship(ship, pressed(Button::fire), dt);
        shots += take_shot(ship, pressed(Button::fire)) ? 1 : 0;
    }
    CHECK(shots == 3);

    ship.ammo = 0.5F;
    ship.reload_s = 0;
    CHECK_FALSE(take_shot(ship, pressed(Button::fire)));
}

TEST_CASE("ship: every value of an input is a valid one") {
    for (int buttons = 0; buttons < 256; ++buttons) {
        ShipBody ship;
        step_ship(ship, Input(static_cast<std::uint8_t>(buttons)), dt);
        CHECK(wrapped(ship.position) == ship.position);
    }
}
