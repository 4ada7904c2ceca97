#include "process/demo_cluster.hpp"

#include "rules/schema.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/cluster.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

using namespace engine_net;
using namespace std::chrono_literals;

std::vector<std::string>
cluster_arguments(const std::string& redis, const std::string& key_file, const std::string& name) {
    return {"--backplane", redis, "--cluster-key-file", key_file, "--node-name", name};
}

std::size_t rooms_of(const Client& player, const std::string& node) {
    return static_cast<std::size_t>(std::ranges::count_if(player.rooms(), [&](const auto& room) {
        return room.second.node == node;
    }));
}

bool has_uncertain_room(const Client& player) {
    return std::ranges::any_of(player.rooms(), [](const auto& room) {
        return room.second.is_uncertain;
    });
}

Heard::Heard(DemoCluster& cluster, Client& player, const std::string& channel) {
    SubscribeOptions options;
    options.on_gap = [this] {
        ++gaps;
    };
    player.channels().subscribe(
        channel,
        [this](const ChannelMessage& message) {
            lines.emplace_back(message.text());
        },
        std::move(options));
    REQUIRE(cluster.until([&] {
        return player.channels().is_subscribed(channel);
    }));
}

DemoCluster::DemoCluster(std::size_t count,
                         const std::vector<std::string>& more,
                         const std::vector<std::string>& redis_arguments)
    : redis(redis_arguments), key_(".key", make_cluster_key() + "\n") {
    for (std::size_t node = 0; node < count; ++node) add_node(more);
}

void DemoCluster::add_node(const std::vector<std::string>& more) {
    const std::string name = std::string("node-").append(std::to_string(nodes_.size()));
    std::vector<std::string> arguments = cluster_arguments(redis.url(), key_.path(), name);
    arguments.insert(arguments.end(), more.begin(), more.end());
    DemoServer& server = nodes_.emplace_back(arguments);
    REQUIRE_MESSAGE(!server.port.empty(), server.program.errors());
}

std::string DemoCluster::place(std::size_t node) const {
    return std::string(nodes_[node].host).append(":").append(nodes_[node].port);
}

Client& DemoCluster::add_player(const std::string& name,
                                std::size_t node,
                                std::chrono::milliseconds session_timeout) {
    ClientConfig config;
    config.host = nodes_[node].host;
    config.port = static_cast<std::uint16_t>(std::stoi(nodes_[node].port));
    config.name = name;
    config.session_timeout = session_timeout;
    config.schema = arena::schema();
    config.log = [](LogLevel, std::string_view) {};
    Client& player = players_.emplace_back(std::move(config));
    player.watch_rooms();
    REQUIRE(until([&] {
        return player.state() == ClientState::online && player.has_all_rooms();
    }));
    return player;
}

bool DemoCluster::until(const std::function<bool()>& holds, std::chrono::milliseconds limit) {
    const Time end = Clock::now() + limit;
    for (Time now = Clock::now(); now < end; now = Clock::now()) {
        for (Client& player : players_) player.poll(now);
        if (holds()) return true;
        Clock::sleep_until(now + 5ms);
    }
    return false;
}

void DemoCluster::run(std::chrono::milliseconds time) {
    run_until(Clock::now() + time);
}

void DemoCluster::run_until(Time end) {
    until(
        [end] {
            return Clock::now() >= end;
        },
        std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()));
}

RoomId DemoCluster::join_room_of(Client& player, const std::string& node) {
    REQUIRE(until([&] {
        return rooms_of(player, node) > 0;
    }));
    const auto room = std::ranges::find_if(player.rooms(), [&](const auto& one) {
        return one.second.node == node;
    });
    const RoomId id = room->first;
    JoinResult result;
    player.join_room(id, [&](const JoinResult& answer) {
        result = answer;
    });
    REQUIRE_MESSAGE(until([&] {
                        return player.room() == id;
                    }),
                    message(result.error),
                    result.detail);
    return id;
}
