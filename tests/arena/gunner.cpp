#include "arena/gunner.hpp"

#include "rules/field.hpp"
#include "rules/heading.hpp"
#include "rules/ship_prediction.hpp"

#include <cmath>

namespace arena {

namespace {

constexpr float tick_s = 1.0F / 60;
constexpr float longest_flight_s = 0.45F;
constexpr float least_speed = 160;
/// So long that what became of the last shot is known: none goes for a ship that is no more.
constexpr std::uint32_t ticks_between_shots = 70;
constexpr float drag = 0.55F; // of a ship that coasts, see `step_ship`
/// Between what is shown and the tick that the next input is for.
constexpr float ahead_s = 1.5F * tick_s;

Vector vector(const Vec2& vec2) {
    return {vec2.x(), vec2.y()};
}

bool has(const Ship& ship, ShipFlag flag) {
    return (ship.flags() & static_cast<std::uint8_t>(flag)) != 0;
}

/// Where a ship that steers nothing is after that time.
Vector place_after(const Ship& ship, float seconds) {
    const float way_s =
        has(ship, ShipFlag::thrusting) ? seconds : (1 - std::exp(-drag * seconds)) / drag;
    return vector(ship.position()) + vector(ship.velocity()) * way_s;
}

/// The button that turns a ship towards a way; 0 when it is as near as it can be.
std::uint8_t turn_towards(const Ship& ship, Vector aim) {
    const Vector nose = direction(heading_of_radians(ship.heading()));
    const float off = cross(nose, aim); // how far one would pass by, and on which side
    constexpr float tick_turn = 10 * 6.2832F / full_turn;
    if (dot(nose, aim) > 0 && std::abs(off) <= tick_turn * length(aim) / 2) return 0;
    return static_cast<std::uint8_t>(off > 0 ? Button::right : Button::left);
}

} // namespace

Gunner::Gunner(engine_net::Client& client) : client_(client) {
    client_.predict(ship_prediction(client_, [this](const ShipBody&) {
        ++shots_;
    }));
}

/// One that is fast and will go on as it does, and that nothing protects.
std::optional<Ship> Gunner::find_target(engine_net::Time now, const Ship& own) const {
    std::optional<Ship> target;
    client_.each<Ship>(now, [&](engine_net::EntityId, const Ship& ship) {
        if (ship.player() == own.player() || has(ship, ShipFlag::shielded)) return;
        const float speed = length(vector(ship.velocity()));
        const bool is_steady = !has(ship, ShipFlag::thrusting) || speed > max_ship_speed - 4;
        const Vector between = way(vector(own.position()), vector(ship.position()));
        if (is_steady && speed > least_speed && length(between) < Runner::near) target = ship;
    });
    return target;
}

void Gunner::play(engine_net::Time now) {
    const engine_net::Tick tick = client_.server_tick(now);
    if (tick == last_tick_) return;
    last_tick_ = tick;
    std::optional<Ship> own;
    client_.each<Ship>(now, [&](engine_net::EntityId, const Ship& ship) {
        if (ship.player() == client_.presence().value) own = ship;
    });
    std::uint8_t buttons = 0;
    const auto target = own ? find_target(now, *own) : std::nullopt;
    if (target) {
        const Vector start = vector(own->position());
        // A few rounds find where both are at the same time.
        float flight_s = 0;
        Vector aim;
        for (int round = 0; round < 8; ++round) {
            aim = way(start, wrapped(place_after(*target, flight_s + ahead_s)));
            flight_s = std::max(0.0F, length(aim) - ship_radius - 4) / shot_speed;
        }
        buttons |= turn_towards(*own, aim);
        const Vector nose = direction(heading_of_radians(own->heading()));
        const bool is_aimed = dot(nose, aim) > 0 && std::abs(cross(nose, aim)) < ship_radius / 2 &&
                              flight_s < longest_flight_s;
        if (is_aimed && rest_ticks_ == 0 && shoots_ && own->ammo() > 0) {
            buttons |= static_cast<std::uint8_t>(Button::fire);
            rest_ticks_ = ticks_between_shots;
        }
    }
    if (rest_ticks_ > 0) --rest_ticks_;
    client_.send_input(Input(buttons));
}

void Runner::play(engine_net::Time now) {
    std::optional<Ship> own;
    std::optional<Ship> other;
    client_.each<Ship>(now, [&](engine_net::EntityId, const Ship& ship) {
        (ship.player() == client_.presence().value ? own : other) = ship;
    });
    std::uint8_t buttons = 0;
    if (own && other) {
        constexpr float miss = 110;
        const Vector there = way(vector(own->position()), vector(other->position()));
        const Vector beside = unit({-there.y, there.x}) * miss;
        change_course(*own, length(there));
        if (course_ == Course::approaches) buttons |= turn_towards(*own, there + beside);
        if (course_ != Course::rests) buttons |= static_cast<std::uint8_t>(Button::thrust);
    }
    const auto turning =
        static_cast<std::uint8_t>(Button::left) | static_cast<std::uint8_t>(Button::right);
    if (own) measure(now, *own, (buttons & turning) != 0);
    client_.send_input(Input(buttons));
}

void Runner::change_course(const Ship& own, float distance) {
    constexpr int full_tank = 240;
    constexpr int enough = 110; // for one pass
    const bool lacks_fuel = course_ == Course::approaches && own.fuel() < enough;
    if (lacks_fuel || own.fuel() == 0 || (course_ == Course::passes && distance > near)) {
        course_ = Course::rests;
    } else if (course_ == Course::rests && own.fuel() > full_tank) {
        course_ = Course::approaches;
    } else if (course_ == Course::approaches && distance < near) {
        course_ = Course::passes;
    }
}

void Runner::measure(engine_net::Time now, const Ship& own, bool turns) {
    if (turns && !has_turned_) press_ = {now, own.heading()};
    if (!turns) press_.reset(); // so short that no tick had it
    has_turned_ = turns;
    if (!press_ || own.heading() == press_->heading) return;
    delays_ += now - press_->when;
    ++turns_;
    press_.reset();
}

} // namespace arena
