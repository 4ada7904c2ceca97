#include "rules/world.hpp"

#include "rules/field.hpp"
#include "rules/heading.hpp"

#include <algorithm>
#include <array>

namespace arena {

using engine_net::PresenceId;

namespace {

constexpr float bounce = 0.8F;     // share of the closing speed that two ships keep
constexpr int fatal = full_health; // damage
constexpr int max_place_tries = 24;
constexpr float spawn_clearance = 160; // units free of asteroids around a new ship

} // namespace

World::World(WorldConfig config) : dice_(config.seed), asteroid_mass_(config.asteroid_mass) {
    // The mix that a full room's shooting leads to, so that a game begins as it goes on.
    const std::array mix{AsteroidSize::large, AsteroidSize::medium, AsteroidSize::small};
    int mass = 0;
    for (std::size_t i = 0; mass + mass_of(AsteroidSize::large) <= asteroid_mass_; ++i) {
        const AsteroidSize size = mix[i % mix.size()];
        add_asteroid(make_asteroid(size, free_place(0), dice_));
        mass += mass_of(size);
    }
}

const Player* World::find_player(PresenceId id) const {
    const auto found = std::ranges::find(players_, id, &Player::id);
    return found == players_.end() ? nullptr : &*found;
}

Player* World::find(PresenceId id) {
    const auto found = std::ranges::find(players_, id, &Player::id);
    return found == players_.end() ? nullptr : &*found;
}

void World::add_player(PresenceId id) {
    Player player;
    player.id = id;
    player.score_entity = next_id();
    player.colour = free_colour();
    players_.push_back(player);
}

std::uint8_t World::free_colour() const {
    constexpr std::uint8_t colours = 16;
    for (std::uint8_t colour = 0; colour < colours; ++colour) {
        if (std::ranges::find(players_, colour, &Player::colour) == players_.end()) return colour;
    }
    return static_cast<std::uint8_t>(players_.size() % colours);
}

void World::remove_player(PresenceId id) {
    std::erase_if(players_, [id](const Player& player) {
        return player.id == id;
    });
}

void World::steer(PresenceId id, const Input& input) {
    if (Player* player = find(id)) player->input = input;
}

void World::coast(PresenceId id, bool coasting) {
    Player* player = find(id);
    if (!player) return;
    player->is_coasting = coasting;
    player->input = Input();
}

void World::place_ship(PresenceId id, Vector position, int heading) {
    Player* player = find(id);
    if (!player) return;
    if (!player->is_alive) appear(*player, position);
    player->ship = {};
    player->ship.position = wrapped(position);
    player->ship.heading = wrapped_heading(heading);
    player->shield_s = 0;
}

void World::add_asteroid(AsteroidBody asteroid) {
    asteroid.id = next_id();
    asteroids_.push_back(asteroid);
}

void World::step(float dt, const Hindsight* hindsight) {
    happenings_.clear();
    for (Player& player : players_) fly(player, dt);
    fly_shots(dt);
    for (AsteroidBody& asteroid : asteroids_) drift(asteroid, dt);
    strike_with_shots(hindsight);
    crash_ships();
    bounce_ships();
    replenish_asteroids();
}

/// A random place, the first of a few that lies that far from ships and asteroids, else the last.
Vector World::free_place(float clearance) {
    Vector place;
    for (int tries = 0; tries < max_place_tries; ++tries) {
        place = {dice_.between(-field_half, field_half), dice_.between(-field_half, field_half)};
        const bool is_free =
            std::ranges::none_of(asteroids_,
                                 [&](const AsteroidBody& asteroid) {
                                     return are_within(
                                         asteroid.position, place, clearance + asteroid.radius);
                                 }) &&
            std::ranges::none_of(players_, [&](const Player& player) {
                return player.is_alive && are_within(player.ship.position, place, clearance * 2);
            });
        if (is_free) break;
    }
    return place;
}

void World::appear(Player& player, Vector position) {
    player.is_alive = true;
    player.ship_entity = next_id();
    player.ship = {};
    player.ship.position = position;
    player.ship.heading = dice_.below(full_turn);
    player.health = full_health;
    player.shield_s = shield_time_s;
    happenings_.push_back({EventKind::appeared, player.id, {}, position});
}

void World::fly(Player& player, float dt) {
    if (!player.is_alive) {
        player.respawn_s -= dt;
        if (player.respawn_s <= 0) appear(player, free_place(spawn_clearance));
        return;
    }
    player.shield_s = std::max(0.0F, player.shield_s - dt);
    step_ship(player.ship, player.input, dt);
    if (take_shot(player.ship, player.input)) {
        const Vector course = direction(player.ship.heading) * shot_speed;
        shots_.push_back({.id = next_id(),
                          .player = player.id,
                          .colour = player.colour,
                          .position = muzzle(player.ship),
                          .velocity = player.ship.velocity + course});
    }
}

void World::fly_shots(float dt) {
    for (ShotBody& shot : shots_) {
        shot.position = wrapped(shot.position + shot.velocity * dt);
        shot.life_s -= dt;
    }
    std::erase_if(shots_, [](const ShotBody& shot) {
        return shot.life_s <= 0;
    });
}

void World::strike_with_shots(const Hindsight* hindsight) {
    std::erase_if(shots_, [&](const ShotBody& shot) {
        return strike_ship(shot, hindsight) || strike_asteroid(shot, hindsight);
    });
}

bool World::strike_ship(const ShotBody& shot, const Hindsight* hindsight) {
    constexpr float reach = ship_radius + shot_radius;
    const auto struck = std::ranges::find_if(players_, [&](const Player& player) {
        if (!player.is_alive || player.id == shot.player) return false;
        const Vector now = player.ship.position;
        if (!hindsight) return are_within(now, shot.position, reach);
        // What is too far away now was so then.
        constexpr float moved = max_ship_speed * longest_hindsight_s;
        if (!are_within(now, shot.position, reach + moved)) return false;
        const auto seen = hindsight->ship_seen_by(shot.player, player.ship_entity, now);
        return seen && are_within(*seen, shot.position, reach);
    });
    if (struck == players_.end()) return false;
    struck->ship.velocity += shot.velocity * 0.06F;
    hurt(*struck, 1, shot.player);
    return true;
}

bool World::strike_asteroid(const ShotBody& shot, const Hindsight* hindsight) {
    const auto struck = std::ranges::find_if(asteroids_, [&](const AsteroidBody& asteroid) {
        const float reach = asteroid.radius + shot_radius;
        const Vector now = asteroid.position;
        if (!hindsight) return are_within(now, shot.position, reach);
        constexpr float moved = max_asteroid_speed * longest_hindsight_s;
        if (!are_within(now, shot.position, reach + moved)) return false;
        const auto seen = hindsight->asteroid_seen_by(shot.player, asteroid.id, now);
        return seen && are_within(*seen, shot.position, reach);
    });
    if (struck == asteroids_.end()) return false;
    if (Player* player = find(shot.player)) player->points += points_of(struck->size);
    break_asteroid(struck - asteroids_.begin(), shot.velocity, shot.player);
    return true;
}

void World::crash_ships() {
    for (Player& player : players_) {
        if (!player.is_alive) continue;
        const auto struck = std::ranges::find_if(asteroids_, [&](const AsteroidBody& asteroid) {
            const float reach = ship_radius * 0.8F + asteroid.radius;
            return are_within(asteroid.position, player.ship.position, reach);
        });
        if (struck == asteroids_.end()) continue;
        const Vector push = player.ship.velocity;
        break_asteroid(struck - asteroids_.begin(), push, player.id);
        hurt(player, fatal, {});
    }
}

/// Ships that touch push each other apart.
void World::bounce_ships() {
    for (auto one = players_.begin(); one != players_.end(); ++one) {
        for (auto two = one + 1; two != players_.end(); ++two) {
            if (!one->is_alive || !two->is_alive) continue;
            const Vector between = way(one->ship.position, two->ship.position);
            if (dot(between, between) >= 4 * ship_radius * ship_radius) continue;

            const Vector normal = unit(between);
            const float closing = dot(one->ship.velocity - two->ship.velocity, normal);
            const Vector push = normal * (std::max(closing, 20.0F) * (1 + bounce) / 2);
            one->ship.velocity = one->ship.velocity - push;
            two->ship.velocity += push;
        }
    }
}

void World::hurt(Player& victim, int damage, PresenceId by) {
    if (victim.shield_s > 0) return;
    victim.health -= damage;
    if (victim.health > 0) {
        happenings_.push_back({EventKind::hit, by, victim.id, victim.ship.position});
    } else {
        destroy(victim, by);
    }
}

void World::destroy(Player& victim, PresenceId by) {
    victim.is_alive = false;
    victim.health = 0;
    victim.respawn_s = respawn_time_s;
    ++victim.deaths;
    if (Player* winner = find(by)) {
        winner->points += points_per_kill;
        ++winner->kills;
    }
    happenings_.push_back({EventKind::destroyed, by, victim.id, victim.ship.position});
}

void World::break_asteroid(std::ptrdiff_t index, Vector push, PresenceId by) {
    const AsteroidBody broken = asteroids_[static_cast<std::size_t>(index)];
    asteroids_.erase(asteroids_.begin() + index);
    happenings_.push_back({EventKind::broken, by, {}, broken.position});
    if (broken.size == AsteroidSize::small) return;
    for (const AsteroidBody& part : parts_of(broken, push, dice_)) add_asteroid(part);
}

void World::replenish_asteroids() {
    int mass = 0;
    for (const AsteroidBody& asteroid : asteroids_) mass += mass_of(asteroid.size);
    if (mass + mass_of(AsteroidSize::large) > asteroid_mass_) return;
    add_asteroid(make_asteroid(AsteroidSize::large, free_place(spawn_clearance), dice_));
}

} // namespace arena
