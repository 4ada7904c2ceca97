#include "arena_server.hpp"

#include "books.hpp"
#include "program/key_file.hpp"
#include "record.hpp"
#include "rules/arena_room.hpp"
#include "rules/schema.hpp"
#include "timing.hpp"
#include "web_bridge.hpp"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

namespace {

/// For the first room that opens, and no other.
engine_net::RoomRecorder once(engine_net::RecordingSink sink) {
    return [sink = std::move(sink)](engine_net::RoomId) mutable {
        return std::exchange(sink, nullptr);
    };
}

/// A seat is kept for a bot that comes as any player does.
auto bot_caller(engine_net::Server& server, BotOrders& orders) {
    return [&server, &orders](engine_net::RoomId room) {
        auto seat = server.reserve_seat(room);
        if (!seat) return engine_net::Admission::refuse("the room is full");
        orders.add(std::move(*seat));
        return engine_net::Admission::accept();
    };
}

engine_net::Server::RoomFactory rooms_of(arena::ArenaRules rules) {
    return [rules = std::move(rules)]() -> std::unique_ptr<engine_net::Room> {
        return std::make_unique<arena::ArenaRoom>(rules);
    };
}

void define_matches(engine_net::Server& server, const Settings& settings, BotOrders& orders) {
    using namespace std::chrono_literals;
    constexpr int few_asteroids = 40;
    engine_net::RoomKindConfig kind{.capacity = 8, .bytes_per_second = settings.bytes_per_second};
    kind.spectators = settings.spectators;
    kind.spectator_delay = settings.spectator_delay;
    kind.repeated_input_ticks = arena::repeated_input_ticks;
    kind.state_table = "arena.Names";
    kind.start = {.min_players = 2, .countdown = 3s};
    kind.matchmaking = engine_net::MatchRules{
        .teams = 2, .team_size = 2, .min_players = 2, .incomplete_after = 8s};
    server.define_room(arena::match_kind,
                       arena::schema(),
                       std::move(kind),
                       rooms_of({.asteroid_mass = few_asteroids,
                                 .match_s = settings.match_s,
                                 .add_bot = bot_caller(server, orders)}));
}

/// Whoever watches a room in a browser may talk to those in it.
engine_net::ChannelRights rights_of(const engine_net::ChannelRequest& request) {
    if (request.is_from_web && request.channel.starts_with("room/")) return {true, true};
    return engine_net::default_channel_rights(request);
}

std::filesystem::path path_of(const std::string& chosen, const std::string& name) {
    return chosen.empty() ? program::key_path(name) : std::filesystem::path(chosen);
}

/// Nothing, and says why, when it can't have a key.
std::optional<engine_net::ClusterConfig> cluster_of(const Settings& settings) {
    engine_net::ClusterConfig cluster = settings.cluster;
    if (cluster.node_name.empty())
        cluster.node_name = "node-" + std::to_string(settings.server.port);
    auto key = program::keep_key(path_of(settings.cluster_key_file, "cluster.key"),
                                 "cluster key",
                                 engine_net::make_cluster_key);
    if (!key) {
        std::fprintf(stderr, "demo-server: %s\n", key.error().c_str());
        return std::nullopt;
    }
    cluster.key = *key;
    if (settings.backplane_password_file.empty()) return cluster;
    auto password = program::read_key(settings.backplane_password_file, "password of Redis");
    if (!password) {
        std::fprintf(stderr, "demo-server: %s\n", password.error().c_str());
        return std::nullopt;
    }
    cluster.redis_password = *password;
    return cluster;
}

} // namespace

std::unique_ptr<engine_net::Server>
start_server(const Settings& settings, const program::Log& log, BotOrders& orders) {
    engine_net::ServerConfig config = settings.server;
    config.log = log.sink();
    config.authorise_channel = rights_of;
    if (config.admin.key.empty()) {
        const auto path = path_of(settings.admin_key_file, "admin.key");
        if (auto key = program::keep_key(path, "admin key", engine_net::make_admin_key)) {
            config.admin.key = *key;
        } else {
            config.log(engine_net::LogLevel::warning, key.error() + "; lobby-watch can't look in");
        }
    }
    const auto identity_path = path_of(settings.identity_file, "server.key");
    if (auto key = program::keep_key(identity_path, "server key", engine_net::make_server_key)) {
        config.identity = *key;
    } else {
        config.log(engine_net::LogLevel::warning, key.error() + "; the next start has another");
    }
    if (settings.web_port) {
        config.bridge = bridge_of(settings);
        if (!config.bridge) return nullptr;
    }
    if (!settings.cluster.redis.empty()) {
        config.cluster = cluster_of(settings);
        if (!config.cluster) return nullptr;
    }
    auto server = std::make_unique<engine_net::Server>(config);
    engine_net::RoomKindConfig kind{.capacity = settings.capacity,
                                    .bytes_per_second = settings.bytes_per_second};
    if (!settings.record.empty()) {
        auto sink = record_into(settings.record, config.log);
        if (!sink) {
            std::fprintf(stderr, "demo-server: can't write %s\n", settings.record.c_str());
            return nullptr;
        }
        kind.record = once(std::move(sink));
    }
    kind.spectators = settings.spectators;
    kind.spectator_delay = settings.spectator_delay;
    kind.repeated_input_ticks = arena::repeated_input_ticks;
    kind.state_table = "arena.Names";
    server->define_room(arena::room_kind,
                        arena::schema(),
                        std::move(kind),
                        rooms_of({.add_bot = bot_caller(*server, orders)}));
    define_matches(*server, settings, orders);
    answer_books(*server);
    answer_timing(*server);

    if (const auto started = server->start(); !started) {
        std::fprintf(stderr, "demo-server: %s\n", started.error().detail.c_str());
        return nullptr;
    }
    for (std::uint32_t i = 1; i <= settings.rooms; ++i) {
        server->create_room(arena::room_kind, "Arena " + std::to_string(i));
    }
    return server;
}
