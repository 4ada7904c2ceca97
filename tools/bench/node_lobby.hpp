#pragma once

#include "core/random.hpp"
#include "server/cluster_gate.hpp"

#include <engine_net/clock.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace bench {

/// What a server tells its cluster of its rooms and players, and hears of the others', without the
/// server: each room has some players, who stay for a while, and for each that goes another one
/// comes to some other room.
class NodeLobby {
public:
    static constexpr std::size_t players_per_room = 5;
    static constexpr std::uint32_t seats_per_room = 8;
    static constexpr engine_net::Duration stay_time = std::chrono::seconds(100);

    NodeLobby(const std::string& redis_url, std::size_t number, std::size_t rooms);

    [[nodiscard]] bool is_good() const { return gate_ != nullptr; }
    /// A server's tick, as far as it is the cluster's.
    void step(engine_net::Time now);
    /// Rooms of others that it knows, and players in them.
    [[nodiscard]] std::size_t known_rooms() const { return directory_.remote_rooms().size(); }
    [[nodiscard]] std::size_t known_players() const;
    /// Nobody comes or goes until they go on.
    void rest() { is_resting_ = true; }
    void go_on() {
        is_resting_ = false;
        next_change_ = {};
    }

private:
    struct Player {
        engine_net::SessionId session{};
        engine_net::RoomInstance* room = nullptr;
        engine_net::PresenceId presence{};
    };

    void come(engine_net::RoomInstance& room);
    void go(engine_net::Time now);
    void take(engine_net::Time now);

    engine_net::RoomDirectory directory_;
    engine_net::UserTable users_;
    engine_net::ChannelTable channels_{1};
    std::unique_ptr<engine_net::ClusterGate> gate_;
    std::vector<engine_net::RoomInstance*> rooms_;
    std::deque<Player> players_; ///< in the order in which they came
    engine_net::Random random_;
    std::uint64_t last_session_ = 0;
    std::uint32_t last_presence_ = 0;
    engine_net::Time next_change_{};
    bool is_resting_ = false;
};

} // namespace bench
