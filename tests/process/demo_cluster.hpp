#pragma once

#include "process/demo_programs.hpp"
#include "support/redis_server.hpp"

#include <engine_net/client.hpp>
#include <engine_net/clock.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <vector>

/// Demo-servers called node-0, node-1, ... beside a Redis of their own, and players of theirs in
/// the test's process.
class DemoCluster {
public:
    /// Each with a room from the start, and with these options; Redis with those.
    explicit DemoCluster(std::size_t count,
                         const std::vector<std::string>& more = {},
                         const std::vector<std::string>& redis_arguments = {});

    void add_node(const std::vector<std::string>& more = {});
    [[nodiscard]] Program& program(std::size_t node) { return nodes_[node].program; }
    /// Where players find that node, as HOST:PORT.
    [[nodiscard]] std::string place(std::size_t node) const;
    /// In the lobby of that node.
    engine_net::Client& add_player(
        const std::string& name,
        std::size_t node,
        std::chrono::milliseconds session_timeout = engine_net::ClientConfig{}.session_timeout);
    /// Runs all players until that holds; whether it did in time.
    bool until(const std::function<bool()>& holds,
               std::chrono::milliseconds limit = std::chrono::seconds(20));
    void run(std::chrono::milliseconds time);
    void run_until(engine_net::Time end);
    /// Joins the first room of that node, as the player's list has it.
    engine_net::RoomId join_room_of(engine_net::Client& player, const std::string& node);

    RedisServer redis;

private:
    TemporaryFile key_;
    std::deque<DemoServer> nodes_;
    std::deque<engine_net::Client> players_;
};

/// What a player hears on a channel.
struct Heard {
    std::vector<std::string> lines{};
    int gaps = 0;

    Heard(DemoCluster& cluster, engine_net::Client& player, const std::string& channel = "lobby");
};

/// What a server is given to be one of a cluster.
std::vector<std::string>
cluster_arguments(const std::string& redis, const std::string& key_file, const std::string& name);
/// Rooms of that node in the player's list.
std::size_t rooms_of(const engine_net::Client& player, const std::string& node);
bool has_uncertain_room(const engine_net::Client& player);
