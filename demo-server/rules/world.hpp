#pragma once

#include "rules/asteroid.hpp"
#include "rules/dice.hpp"
#include "rules/hindsight.hpp"
#include "rules/ship.hpp"

#include <engine_net/ids.hpp>

#include "arena_save_generated.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace arena {

inline constexpr float respawn_time_s = 2;
inline constexpr float shield_time_s = 2.5F; ///< after a ship has appeared
inline constexpr float shot_life_s = 1.1F;
inline constexpr float shot_radius = 4;
inline constexpr int points_per_kill = 250;

struct WorldConfig {
    std::uint64_t seed = 1;
    /// What all asteroids come to, see `mass_of`. What is destroyed comes back as large ones.
    int asteroid_mass = 280;
};

struct Player {
    engine_net::PresenceId id;
    engine_net::EntityId score_entity;
    std::uint8_t colour = 0; ///< 0 to 15, its own while there are no more than 16 players
    Input input;
    bool is_coasting = false; ///< nobody steers

    bool is_alive = false;
    engine_net::EntityId ship_entity;
    ShipBody ship;
    int health = 0;
    float shield_s = 0;
    float respawn_s = 0; ///< until the next ship, while not alive

    int points = 0;
    int kills = 0;
    int deaths = 0;
};

struct ShotBody {
    engine_net::EntityId id;
    engine_net::PresenceId player;
    std::uint8_t colour = 0;
    Vector position;
    Vector velocity;
    float life_s = shot_life_s;
};

/// Something that players want to be told of.
struct Happening {
    EventKind kind{};
    engine_net::PresenceId who;  ///< unset: nobody
    engine_net::PresenceId whom; ///< unset: nobody
    Vector where;
};

/// The whole game, without a network. The same seed and calls give the same world on any machine.
class World {
public:
    explicit World(WorldConfig config);
    /// Goes on with one that was saved.
    explicit World(const SavedWorld& saved);
    /// Everything that the next step depends on.
    flatbuffers::Offset<SavedWorld> save(flatbuffers::FlatBufferBuilder& builder) const;

    void add_player(engine_net::PresenceId id);
    void remove_player(engine_net::PresenceId id);
    /// What the player holds down from now on.
    void steer(engine_net::PresenceId id, const Input& input);
    /// A coasting ship drifts on with its engine off until its player is back.
    void coast(engine_net::PresenceId id, bool coasting);
    /// Moves a player's ship there, at rest and without a shield; a new one if there is none.
    void place_ship(engine_net::PresenceId id, Vector position, int heading);
    /// Adds one; it gets an id of its own.
    void add_asteroid(AsteroidBody asteroid);
    /// Moves everything on by `dt` seconds. Shots strike what their players saw in their way;
    /// without a hindsight, what is there.
    void step(float dt, const Hindsight* hindsight = nullptr);

    [[nodiscard]] std::span<const Player> players() const { return players_; }
    [[nodiscard]] std::span<const ShotBody> shots() const { return shots_; }
    [[nodiscard]] std::span<const AsteroidBody> asteroids() const { return asteroids_; }
    /// What the last step brought about.
    [[nodiscard]] std::span<const Happening> happenings() const { return happenings_; }
    /// Null for someone who is not there.
    [[nodiscard]] const Player* find_player(engine_net::PresenceId id) const;
    /// A hash over everything: equal for equal worlds.
    [[nodiscard]] std::uint64_t digest() const;

private:
    Player* find(engine_net::PresenceId id);
    engine_net::EntityId next_id() { return {++last_id_}; }
    Vector free_place(float clearance);

    void fly(Player& player, float dt);
    void appear(Player& player, Vector position);
    void fly_shots(float dt);
    void strike_with_shots(const Hindsight* hindsight);
    bool strike_ship(const ShotBody& shot, const Hindsight* hindsight);
    bool strike_asteroid(const ShotBody& shot, const Hindsight* hindsight);
    void crash_ships();
    void bounce_ships();
    void hurt(Player& victim, int damage, engine_net::PresenceId by);
    void destroy(Player& victim, engine_net::PresenceId by);
    void break_asteroid(std::ptrdiff_t index, Vector push, engine_net::PresenceId by);
    void replenish_asteroids();
    [[nodiscard]] std::uint8_t free_colour() const;

    Dice dice_;
    std::uint32_t last_id_ = 0;
    int asteroid_mass_;
    std::vector<Player> players_;
    std::vector<ShotBody> shots_;
    std::vector<AsteroidBody> asteroids_;
    std::vector<Happening> happenings_;
};

} // namespace arena
