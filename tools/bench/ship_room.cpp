#include "ship_room.hpp"

#include <algorithm>
#include <cmath>

namespace bench {

using namespace engine_net;

namespace {

constexpr float edge = 1000;
constexpr float tick_s = 1.0F / ship_tick_rate;
constexpr float thrust = 200;      ///< units per second squared
constexpr float drag_per_s = 0.5F; ///< of the speed
constexpr float turn_per_s = 3;
constexpr float burn_per_s = 40;
constexpr float refill_per_s = 20;

bool holds(std::uint8_t buttons, arena::Button button) {
    return (buttons & static_cast<std::uint8_t>(button)) != 0;
}

/// Whoever leaves at one edge is back at the other.
float wrapped(float place) {
    if (place > edge) return place - 2 * edge;
    return place < -edge ? place + 2 * edge : place;
}

} // namespace

void ShipRoom::on_join(Presence& who) {
    ShipBody ship{.who = who.id()};
    ship.x = static_cast<float>(ships_.size()) * 90 - 400;
    ship.heading = static_cast<float>(ships_.size());
    ships_.push_back(ship);
}

void ShipRoom::on_leave(Presence& who, LeaveReason) {
    std::erase_if(ships_, [&](const ShipBody& ship) {
        return ship.who == who.id();
    });
}

void ShipRoom::on_input(Presence& who, const arena::Input& input) {
    const auto ship = std::ranges::find(ships_, who.id(), &ShipBody::who);
    ship->buttons = input.buttons();
}

void ShipRoom::on_tick(Tick) {
    for (ShipBody& ship : ships_) {
        if (holds(ship.buttons, arena::Button::left)) ship.heading -= turn_per_s * tick_s;
        if (holds(ship.buttons, arena::Button::right)) ship.heading += turn_per_s * tick_s;
        const bool burns = holds(ship.buttons, arena::Button::thrust) && ship.fuel > 1;
        if (burns) {
            ship.speed_x += std::cos(ship.heading) * thrust * tick_s;
            ship.speed_y += std::sin(ship.heading) * thrust * tick_s;
        }
        ship.fuel =
            std::clamp(ship.fuel + (burns ? -burn_per_s : refill_per_s) * tick_s, 0.0F, 255.0F);
        ship.speed_x -= ship.speed_x * drag_per_s * tick_s;
        ship.speed_y -= ship.speed_y * drag_per_s * tick_s;
        ship.x = wrapped(ship.x + ship.speed_x * tick_s);
        ship.y = wrapped(ship.y + ship.speed_y * tick_s);
    }
}

void ShipRoom::describe(SnapshotBuilder& snapshot) const {
    for (const ShipBody& ship : ships_) {
        const auto flags = holds(ship.buttons, arena::Button::thrust)
                               ? static_cast<std::uint8_t>(arena::ShipFlag::thrusting)
                               : std::uint8_t{0};
        const arena::Ship state(arena::Vec2(ship.x, ship.y),
                                arena::Vec2(ship.speed_x, ship.speed_y),
                                ship.heading,
                                ship.who.value,
                                0,
                                flags,
                                100,
                                static_cast<std::uint8_t>(ship.fuel),
                                50);
        snapshot.add(EntityId{ship.who.value}, state, ship.who);
    }
}

} // namespace bench
