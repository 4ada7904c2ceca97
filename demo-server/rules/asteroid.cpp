#include "rules/asteroid.hpp"

#include "rules/field.hpp"
#include "rules/heading.hpp"

#include <cstddef>

namespace arena {

namespace {

struct SizeTraits {
    float radius;
    float min_speed;
    float max_speed;
    float max_spin;
    int points;
    int mass;
};

constexpr std::array<SizeTraits, 3> traits{{
    {15, 45, 110, 260, 100, 1},
    {30, 30, 80, 160, 50, 2},
    {56, 15, 50, 90, 20, 4},
}};

const SizeTraits& traits_of(AsteroidSize size) {
    return traits[static_cast<std::size_t>(size)];
}

} // namespace

int points_of(AsteroidSize size) {
    return traits_of(size).points;
}

int mass_of(AsteroidSize size) {
    return traits_of(size).mass;
}

AsteroidBody make_asteroid(AsteroidSize size, Vector position, Dice& dice) {
    const SizeTraits& trait = traits_of(size);
    AsteroidBody asteroid;
    asteroid.size = size;
    asteroid.position = position;
    asteroid.radius = trait.radius * dice.between(0.85F, 1.15F);
    const Vector course = direction(dice.below(full_turn));
    asteroid.velocity = course * dice.between(trait.min_speed, trait.max_speed);
    asteroid.heading = static_cast<float>(dice.below(full_turn));
    asteroid.spin = dice.between(-trait.max_spin, trait.max_spin);
    return asteroid;
}

std::array<AsteroidBody, 2> parts_of(const AsteroidBody& broken, Vector shot_velocity, Dice& dice) {
    const auto size = static_cast<AsteroidSize>(static_cast<int>(broken.size) - 1);
    const Vector along = unit(shot_velocity);
    const Vector across{-along.y, along.x};

    std::array<AsteroidBody, 2> parts;
    float side = 1;
    for (AsteroidBody& part : parts) {
        part = make_asteroid(size, broken.position, dice);
        const Vector apart = across * (side * dice.between(30, 70)) + along * dice.between(10, 40);
        part.velocity = broken.velocity + apart;
        const float speed = length(part.velocity);
        if (speed > max_asteroid_speed)
            part.velocity = part.velocity * (max_asteroid_speed / speed);
        part.position = wrapped(broken.position + across * (side * part.radius * 0.7F));
        side = -side;
    }
    return parts;
}

void drift(AsteroidBody& asteroid, float dt) {
    asteroid.position = wrapped(asteroid.position + asteroid.velocity * dt);
    asteroid.heading += asteroid.spin * dt;
    if (asteroid.heading >= full_turn) asteroid.heading -= full_turn;
    if (asteroid.heading < 0) asteroid.heading += full_turn;
}

} // namespace arena
