#include "model/own_shots.hpp"

#include "rules/field.hpp"
#include "rules/heading.hpp"
#include "rules/world.hpp"

#include <algorithm>

namespace {

constexpr float longest_step_s = 1.0F / 60; // so that it leaps over nothing that it can strike

bool touches(const OwnShots::Shot& shot, std::span<const OwnShots::Obstacle> obstacles) {
    return std::ranges::any_of(obstacles, [&](const OwnShots::Obstacle& obstacle) {
        return arena::are_within(
            shot.position, obstacle.place, obstacle.radius + arena::shot_radius);
    });
}

} // namespace

void OwnShots::fire(const arena::ShipBody& ship) {
    const arena::Vector course = arena::direction(ship.heading) * arena::shot_speed;
    shots_.push_back({arena::muzzle(ship), ship.velocity + course, arena::shot_life_s});
}

void OwnShots::step(float seconds, std::span<const Obstacle> obstacles) {
    while (seconds > 0) {
        const float step = std::min(seconds, longest_step_s);
        seconds -= step;
        for (Shot& shot : shots_) {
            shot.position = arena::wrapped(shot.position + shot.velocity * step);
            shot.left_s -= step;
        }
        std::erase_if(shots_, [&](const Shot& shot) {
            return shot.left_s <= 0 || touches(shot, obstacles);
        });
    }
}
