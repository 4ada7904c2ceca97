#pragma once

#include "cluster/local_backplane.hpp"
#include "support/pond.hpp"

#include <engine_net/client.hpp>
#include <engine_net/server.hpp>
#include <engine_net/simulated_network.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

/// Servers of ponds that are one cluster, and clients, in one process and in virtual time.
class ClusterStepper {
public:
    struct Options {
        std::uint64_t seed = 1;
        std::size_t nodes = 2;
        std::uint32_t capacity = 16;
        engine_net::LinkConditions link{.delay = std::chrono::milliseconds(20)};
        engine_net::ServerConfig server = {};
        std::function<void(engine_net::RoomKindConfig&)> kind{}; ///< of ponds
    };
    /// One of the servers.
    struct Node {
        test_game::Books books;
        std::vector<test_game::Pond*> ponds;
        std::unique_ptr<engine_net::Server> server; ///< null: it died
        bool is_stopped = false;                    ///< it is not stepped
    };

    ClusterStepper() : ClusterStepper(Options{}) {}
    explicit ClusterStepper(Options options);

    /// One more server, which starts now.
    Node& add_node();
    /// The process of a server dies, and another one takes its place at once.
    void restart(std::size_t node);
    /// A client with this name, of that server.
    engine_net::Client&
    add_client(const std::string& name,
               std::size_t node,
               const std::function<void(engine_net::ClientConfig&)>& change = {});

    void run(engine_net::Duration duration);
    /// Runs until `is_true`, for at most `limit`; whether it became true.
    bool run_until(const std::function<bool()>& is_true,
                   engine_net::Duration limit = std::chrono::seconds(10));
    [[nodiscard]] engine_net::Time now() const { return now_; }
    engine_net::Server& server(std::size_t node) { return *nodes[node]->server; }
    /// Of rooms that run on all servers together.
    [[nodiscard]] std::size_t rooms() const;
    /// Of the server that runs the room that the client is in; as many as there are: of none.
    [[nodiscard]] std::size_t node_of(const engine_net::Client& client) const;

    engine_net::SimulatedNetwork network;
    std::shared_ptr<engine_net::cluster::LocalCluster> cluster =
        std::make_shared<engine_net::cluster::LocalCluster>();
    std::vector<std::unique_ptr<Node>> nodes;
    std::vector<std::unique_ptr<engine_net::Client>> clients;
    std::vector<std::string> errors; ///< what anyone logged as an error

private:
    void start(Node& node, std::size_t number);
    void step();

    Options options_;
    std::uint64_t starts_ = 0; ///< of servers
    engine_net::Time now_{std::chrono::seconds(1)};
};
