#include "rules/pilot.hpp"

#include "rules/field.hpp"
#include "rules/heading.hpp"
#include "rules/ship.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

namespace arena {

namespace {

constexpr float fire_range = 480;    // units
constexpr float look_ahead_s = 1.3F; // how early a collision is seen
constexpr float safety_margin = 22;  // units between hulls
constexpr int turn_dead_zone = 6;    // heading steps; a tick turns 10

/// Heading steps from `heading` to the direction of `wanted`, from -half a turn to half a turn.
int turn_to(int heading, Vector wanted) {
    const Vector ahead = direction(heading);
    const float side = cross(ahead, wanted);
    const float front = dot(ahead, wanted);
    // The table is searched by halving: no arc tangent, which machines disagree about.
    int low = 0;
    int high = full_turn / 2;
    const float reach = length(wanted);
    while (high - low > 1) {
        const int middle = (low + high) / 2;
        (front < direction(middle).x * reach ? low : high) = middle;
    }
    return side < 0 ? -low : low;
}

void turn(std::uint8_t& buttons, int steps) {
    if (std::abs(steps) < turn_dead_zone) return;
    buttons |= static_cast<std::uint8_t>(steps < 0 ? Button::left : Button::right);
}

/// Where to flee from the asteroid that would be hit first; nothing if none would.
std::optional<Vector> escape(const Sight::Own& own, const std::vector<Sight::Other>& asteroids) {
    float first_s = look_ahead_s;
    std::optional<Vector> away;
    for (const Sight::Other& asteroid : asteroids) {
        const Vector between = way(own.position, asteroid.position);
        const Vector closing = own.velocity - asteroid.velocity;
        const float reach = asteroid.radius + ship_radius + safety_margin;
        const float speed_squared = std::max(1.0F, dot(closing, closing));
        const float nearest_s = std::clamp(dot(between, closing) / speed_squared, 0.0F, first_s);
        const Vector miss = between - closing * nearest_s;
        if (dot(miss, miss) > reach * reach || nearest_s >= first_s) continue;
        first_s = nearest_s;
        away = unit(miss) * -1;
    }
    return away;
}

/// From the own ship to where a shot fired now would meet the target.
Vector lead(const Sight::Own& own, const Sight::Other& target) {
    const Vector between = way(own.position, target.position);
    const float flight_s = length(between) / shot_speed;
    return between + (target.velocity - own.velocity) * flight_s;
}

} // namespace

Pilot::Pilot(std::uint64_t seed) : dice_(seed) {}

void Pilot::change_mood() {
    ticks_to_next_mood_ = 60 + dice_.below(180);
    bravery_ = dice_.between(0.8F, 2.5F);
    cruise_speed_ = dice_.between(60, 230);
    aim_error_ = dice_.below(41) - 20;
}

/// It fires in bursts, so that people live long enough to enjoy the game.
bool Pilot::is_on_trigger() {
    if (--trigger_ticks_ < -pause_ticks_) {
        trigger_ticks_ = 12 + dice_.below(24);
        pause_ticks_ = 30 + dice_.below(90);
    }
    return trigger_ticks_ > 0;
}

Pilot::Aim Pilot::choose(const Sight& sight) const {
    Aim best;
    float best_score = 3 * field_size;
    const auto consider = [&](const Sight::Other& target, float factor) {
        const float score = length(way(sight.own->position, target.position)) * factor;
        if (score >= best_score) return;
        best_score = score;
        best = {lead(*sight.own, target), target.radius};
    };
    for (const Sight::Other& ship : sight.ships) consider(ship, 1);
    for (const Sight::Other& asteroid : sight.asteroids) consider(asteroid, bravery_);
    return best;
}

Input Pilot::steer(const Sight& sight) {
    if (--ticks_to_next_mood_ < 0) change_mood();
    if (!sight.own) return {};

    std::uint8_t buttons = 0;
    const Sight::Own& own = *sight.own;
    const Vector ahead = direction(own.heading);
    const Aim aim = choose(sight);
    const float distance = length(aim.way);

    if (const auto away = escape(own, sight.asteroids)) {
        turn(buttons, turn_to(own.heading, *away));
        if (dot(ahead, *away) > 0.3F) buttons |= static_cast<std::uint8_t>(Button::thrust);
    } else {
        const int steps = turn_to(own.heading, aim.way) + aim_error_ / 4;
        turn(buttons, steps);
        const bool is_slow = dot(own.velocity, ahead) < cruise_speed_;
        const bool is_ahead = std::abs(steps) < full_turn / 8;
        if (is_slow && is_ahead && distance > fire_range / 3) {
            buttons |= static_cast<std::uint8_t>(Button::thrust);
        }
    }

    const float miss = std::abs(cross(ahead, aim.way));
    const bool would_hit = dot(ahead, aim.way) > 0 && miss < aim.target_radius;
    if (is_on_trigger() && would_hit && distance < fire_range && own.ammo > 0) {
        buttons |= static_cast<std::uint8_t>(Button::fire);
    }
    return {buttons};
}

} // namespace arena
