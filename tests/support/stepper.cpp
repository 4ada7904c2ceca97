#include "support/stepper.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace engine_net;

namespace {

using namespace std::chrono_literals;

constexpr Duration resolution = 1ms;
constexpr std::uint16_t server_port = 7777;

ServerConfig server_config(const Stepper::Options& options,
                           SimulatedNetwork& network,
                           std::vector<std::string>& errors) {
    ServerConfig config = options.server;
    config.port = server_port;
    config.network = &network;
    config.seed = options.seed;
    config.log = [&errors, log = options.server_log](LogLevel level, std::string_view text) {
        if (level == LogLevel::error) errors.emplace_back(text);
        if (log) log(level, text);
    };
    return config;
}

} // namespace

Stepper::Stepper(Options options)
    : network({.seed = options.seed, .link = options.link})
    , server(server_config(options, network, errors))
    , options_(std::move(options))
    , now_(options_.start) {
    RoomKindConfig kind;
    kind.capacity = options_.capacity;
    kind.record = options_.record;
    kind.grace_time = options_.room_grace;
    if (options_.kind) options_.kind(kind);
    server.define_room("pond", test_game::schema(options_.prior), kind, [this] {
        auto pond = std::make_unique<test_game::Pond>(books, options_.drifters);
        ponds.push_back(pond.get());
        return pond;
    });
    network.advance_to(now_);
    const auto started = server.start();
    if (!started) FAIL(started.error().detail);
}

Client& Stepper::add_client(const std::string& name,
                            const std::function<void(ClientConfig&)>& change) {
    ClientConfig config;
    config.host = "10.0.0.1";
    config.port = server_port;
    config.name = name;
    config.schema = test_game::schema(options_.prior);
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

Client& Stepper::add_player(const std::string& name,
                            const std::function<void(ClientConfig&)>& change) {
    Client& client = add_client(name, change);
    client.join_or_create("pond");
    client.send_input(test_game::Push(1, 0));
    return client;
}

void Stepper::kill(Client& client) {
    std::erase_if(clients, [&](const auto& c) {
        return c.get() == &client;
    });
}

void Stepper::step() {
    now_ += resolution;
    network.advance_to(now_);
    const Time server_now = now_ + options_.server_clock_ahead;
    if (!is_server_stopped && server_now >= server.next_step()) server.step(server_now);
    for (std::size_t i = 0; i < clients.size(); ++i) {
        // Not all in the same millisecond, as in life.
        if ((now_.time_since_epoch() / resolution + static_cast<std::int64_t>(i)) % 4 == 0)
            clients[i]->poll(now_);
    }
}

void Stepper::run(Duration duration) {
    for (const Time end = now_ + duration; now_ < end;) step();
}

bool Stepper::run_until(const std::function<bool()>& is_true, Duration limit) {
    for (const Time end = now_ + limit; now_ < end;) {
        if (is_true()) return true;
        step();
    }
    return is_true();
}

bool Stepper::all_joined() const {
    return std::all_of(clients.begin(), clients.end(), [](const auto& client) {
        return client->room().is_set();
    });
}

std::vector<std::pair<EntityId, test_game::Body>> Stepper::bodies(const Client& client) const {
    std::vector<std::pair<EntityId, test_game::Body>> found;
    const auto add = [&](EntityId id, const test_game::Body& body) {
        found.emplace_back(id, body);
    };
    client.each<test_game::Body>(now_, add, Shown::newest);
    return found;
}
