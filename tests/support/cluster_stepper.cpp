#include "support/cluster_stepper.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

using namespace engine_net;

namespace {

using namespace std::chrono_literals;

constexpr Duration resolution = 1ms;
constexpr std::uint16_t first_port = 7777;
constexpr const char* host = "10.0.0.1";

std::uint16_t port_of(std::size_t node) {
    return static_cast<std::uint16_t>(first_port + node);
}

} // namespace

ClusterStepper::ClusterStepper(Options options)
    : network({.seed = options.seed, .link = options.link}), options_(std::move(options)) {
    network.advance_to(now_);
    while (nodes.size() < options_.nodes) add_node();
}

ClusterStepper::Node& ClusterStepper::add_node() {
    const std::size_t number = nodes.size();
    Node& node = *nodes.emplace_back(std::make_unique<Node>());
    start(node, number);
    return node;
}

void ClusterStepper::restart(std::size_t node) {
    nodes[node]->server.reset();
    nodes[node]->ponds.clear();
    start(*nodes[node], node);
}

void ClusterStepper::start(Node& node, std::size_t number) {
    ServerConfig config = options_.server;
    config.port = port_of(number);
    config.network = &network;
    config.seed = options_.seed * 1'000 + 500 + starts_++; // no two have the same
    config.tokens.unix_time = [this] {
        return UnixTime(std::chrono::floor<std::chrono::seconds>(now_.time_since_epoch()));
    };
    config.log = [this](LogLevel level, std::string_view text) {
        if (level == LogLevel::error) errors.emplace_back(text);
    };
    ClusterConfig joined;
    joined.key = std::string(64, '7');
    joined.node_name = "node-" + std::to_string(number);
    joined.public_address = std::string(host) + ':' + std::to_string(config.port);
    joined.local = cluster;
    config.cluster = joined;
    node.server = std::make_unique<Server>(std::move(config));
    RoomKindConfig kind;
    kind.capacity = options_.capacity;
    if (options_.kind) options_.kind(kind);
    node.server->define_room("pond", test_game::schema(), kind, [&node] {
        auto pond = std::make_unique<test_game::Pond>(node.books);
        node.ponds.push_back(pond.get());
        return pond;
    });
    const auto started = node.server->start();
    if (!started) FAIL(started.error().detail);
}

Client& ClusterStepper::add_client(const std::string& name,
                                   std::size_t node,
                                   const std::function<void(ClientConfig&)>& change) {
    ClientConfig config;
    config.host = host;
    config.port = port_of(node);
    config.name = name;
    config.schema = test_game::schema();
    config.network = &network;
    config.seed = options_.seed * 1000 + clients.size() + 1;
    config.log = [this](LogLevel level, std::string_view text) {
        if (level == LogLevel::error) errors.emplace_back(text);
    };
    if (change) change(config);
    clients.push_back(std::make_unique<Client>(std::move(config)));
    clients.back()->poll(now_); // opens its socket: ports go by the order of the clients
    return *clients.back();
}

void ClusterStepper::step() {
    now_ += resolution;
    network.advance_to(now_);
    for (const auto& node : nodes) {
        if (node->server && !node->is_stopped && now_ >= node->server->next_step())
            node->server->step(now_);
    }
    for (std::size_t i = 0; i < clients.size(); ++i) {
        // Not all in the same millisecond, as in life.
        if ((now_.time_since_epoch() / resolution + static_cast<std::int64_t>(i)) % 4 == 0)
            clients[i]->poll(now_);
    }
}

void ClusterStepper::run(Duration duration) {
    for (const Time end = now_ + duration; now_ < end;) step();
}

bool ClusterStepper::run_until(const std::function<bool()>& is_true, Duration limit) {
    for (const Time end = now_ + limit; now_ < end;) {
        if (is_true()) return true;
        step();
    }
    return is_true();
}

std::size_t ClusterStepper::rooms() const {
    std::size_t rooms = 0;
    for (const auto& node : nodes) rooms += node->server ? node->server->stats().rooms : 0;
    return rooms;
}

std::size_t ClusterStepper::node_of(const Client& client) const {
    const auto node = std::ranges::find_if(nodes, [&](const auto& one) {
        const auto has = [&](const RoomSummary& room) {
            return room.id == client.room() && room.node.empty();
        };
        return one->server && std::ranges::any_of(one->server->rooms(), has);
    });
    return static_cast<std::size_t>(node - nodes.begin());
}
