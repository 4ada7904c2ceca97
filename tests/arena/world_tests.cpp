#include "rules/field.hpp"
#include "rules/world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

using namespace arena;
using engine_net::PresenceId;

namespace {

constexpr float dt = 1.0F / 60;
constexpr PresenceId ada{1};
constexpr PresenceId bob{2};

const Input fire(static_cast<std::uint8_t>(Button::fire));

/// A world without asteroids in which ada aims at bob, 100 units ahead.
World duel() {
    World world({.asteroid_mass = 0});
    world.add_player(ada);
    world.add_player(bob);
    world.step(dt);
    world.place_ship(ada, {0, 0}, 0);
    world.place_ship(bob, {100, 0}, 0);
    return world;
}

void run(World& world, float seconds) {
    const auto ticks = std::lround(seconds / dt);
    for (long tick = 0; tick < ticks; ++tick) world.step(dt);
}

bool has_happened(const World& world, EventKind kind) {
    return std::ranges::find(world.happenings(), kind, &Happening::kind) !=
           world.happenings().end();
}

AsteroidBody resting_asteroid(AsteroidSize size, Vector position) {
    AsteroidBody asteroid;
    asteroid.size = size;
    asteroid.position = position;
    asteroid.radius = 20;
    return asteroid;
}

} // namespace

TEST_CASE("world: a new player gets a ship with a shield, and a colour of its own") {
    World world({.seed = 7});
    for (std::uint32_t id = 1; id <= 16; ++id) world.add_player({id});
    world.step(dt);
    for (const Player& player : world.players()) {
        CHECK(player.is_alive);
        CHECK(player.shield_s > 0);
        CHECK(std::ranges::count(world.players(), player.colour, &Player::colour) == 1);
    }
    CHECK(std::ranges::count(world.happenings(), EventKind::appeared, &Happening::kind) == 16);
}

TEST_CASE("world: a shot hits and hurts, and the last of four destroys") {
    World world = duel();
    world.steer(ada, fire);
    int hits = 0;
    while (world.find_player(bob)->is_alive && hits < 10) {
        world.step(dt);
        hits += has_happened(world, EventKind::hit) ? 1 : 0;
    }
    CHECK(hits == full_health - 1);
    CHECK(has_happened(world, EventKind::destroyed));
    CHECK(world.find_player(ada)->kills == 1);
    CHECK(world.find_player(ada)->points == points_per_kill);
    CHECK(world.find_player(bob)->deaths == 1);
}

TEST_CASE("world: a shield stops shots") {
    World world({.asteroid_mass = 0});
    world.add_player(ada);
    world.add_player(bob);
    world.step(dt);
    const Vector target = world.find_player(bob)->ship.position;
    world.place_ship(ada, target + Vector{-100, 0}, 0);
    world.steer(ada, fire);
    run(world, 1);
    CHECK(world.find_player(bob)->health == full_health);
}

TEST_CASE("world: shots fly over the edge of the field") {
    World world = duel();
    world.place_ship(ada, {field_half - 20, 0}, 0);
    world.place_ship(bob, {-field_half + 60, 0}, 0);
    world.steer(ada, fire);
    run(world, 0.5F);
    CHECK(world.find_player(bob)->health < full_health);
}

TEST_CASE("world: a destroyed ship comes back after its time, as a new entity") {
    World world = duel();
    const auto old_ship = world.find_player(bob)->ship_entity;
    world.add_asteroid(resting_asteroid(AsteroidSize::small, {100, 0}));
    world.step(dt);
    REQUIRE_FALSE(world.find_player(bob)->is_alive);

    run(world, respawn_time_s - 0.1F);
    CHECK_FALSE(world.find_player(bob)->is_alive);
    run(world, 0.2F);
    CHECK(world.find_player(bob)->is_alive);
    CHECK(world.find_player(bob)->ship_entity != old_ship);
    CHECK(world.find_player(bob)->health == full_health);
}

TEST_CASE("world: an asteroid breaks into two smaller ones, and the smallest are gone for good") {
    World world = duel();
    world.place_ship(bob, {0, 500}, 0);
    world.add_asteroid(resting_asteroid(AsteroidSize::medium, {60, 0}));
    world.steer(ada, fire);
    while (world.asteroids().size() == 1) world.step(dt);
    world.steer(ada, Input());
    CHECK(world.asteroids().size() == 2);
    CHECK(world.asteroids()[0].size == AsteroidSize::small);
    CHECK(world.find_player(ada)->points == points_of(AsteroidSize::medium));
    CHECK(has_happened(world, EventKind::broken));

    World small = duel();
    small.place_ship(bob, {0, 500}, 0);
    small.add_asteroid(resting_asteroid(AsteroidSize::small, {60, 0}));
    small.steer(ada, fire);
    run(small, 0.5F);
    CHECK(small.asteroids().empty());
}

TEST_CASE("world: whoever leaves takes the ship along, and shots in flight still score nothing") {
    World world = duel();
    world.steer(ada, fire);
    world.step(dt);
    CHECK(world.shots().size() == 1);
    world.remove_player(ada);
    run(world, 1.5F);
    CHECK(world.find_player(ada) == nullptr);
    CHECK(world.players().size() == 1);
    CHECK(world.shots().empty());
}

TEST_CASE("world: a coasting ship drifts on and does not fire") {
    World world = duel();
    world.steer(ada, fire);
    world.coast(ada, true);
    run(world, 0.5F);
    CHECK(world.shots().empty());
    CHECK(world.find_player(ada)->is_alive);
}

TEST_CASE("world: calls about a stranger change nothing") {
    World world = duel();
    const auto before = world.digest();
    world.steer({99}, fire);
    world.coast({99}, true);
    world.remove_player({99});
    world.place_ship({99}, {0, 0}, 0);
    CHECK(world.digest() == before);
}
