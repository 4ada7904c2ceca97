#include "rules/world.hpp"

#include <bit>
#include <concepts>

namespace arena {

namespace {

/// FNV-1a over the bits of numbers.
class Digest {
public:
    template <std::integral Number>
    void add(Number number) {
        mix(static_cast<std::uint64_t>(number));
    }
    void add(float number) { mix(std::bit_cast<std::uint32_t>(number)); }
    void add(Vector vector) {
        add(vector.x);
        add(vector.y);
    }
    [[nodiscard]] std::uint64_t value() const { return value_; }

private:
    void mix(std::uint64_t bits) { value_ = (value_ ^ bits) * 0x100000001B3; }

    std::uint64_t value_ = 0xCBF29CE484222325;
};

void add(Digest& digest, const Player& player) {
    digest.add(player.id.value);
    digest.add(player.is_alive);
    digest.add(player.ship_entity.value);
    digest.add(player.ship.position);
    digest.add(player.ship.velocity);
    digest.add(player.ship.heading);
    digest.add(player.ship.fuel);
    digest.add(player.ship.ammo);
    digest.add(player.ship.reload_s);
    digest.add(player.health);
    digest.add(player.shield_s);
    digest.add(player.respawn_s);
    digest.add(player.points);
    digest.add(player.kills);
    digest.add(player.deaths);
}

void add(Digest& digest, const ShotBody& shot) {
    digest.add(shot.id.value);
    digest.add(shot.player.value);
    digest.add(shot.position);
    digest.add(shot.velocity);
    digest.add(shot.life_s);
}

void add(Digest& digest, const AsteroidBody& asteroid) {
    digest.add(asteroid.id.value);
    digest.add(static_cast<int>(asteroid.size));
    digest.add(asteroid.position);
    digest.add(asteroid.velocity);
    digest.add(asteroid.radius);
    digest.add(asteroid.heading);
    digest.add(asteroid.spin);
}

} // namespace

std::uint64_t World::digest() const {
    Digest digest;
    for (const Player& player : players_) add(digest, player);
    for (const ShotBody& shot : shots_) add(digest, shot);
    for (const AsteroidBody& asteroid : asteroids_) add(digest, asteroid);
    return digest.value();
}

} // namespace arena
