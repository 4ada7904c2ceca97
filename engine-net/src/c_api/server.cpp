#include "c_api/border.hpp"
#include "c_api/server_handle.hpp"

#include <engine_net/limits.hpp>

#include <chrono>
#include <cstdio>
#include <limits>
#include <string>
#include <utility>

using namespace engine_net;
using namespace engine_net::c_api;

namespace {

/// OK, or why `function` may not be called now.
engine_net_result check(const engine_net_server* server, const char* function) {
    if (!server) return misuse(function, "server is null");
    if (!server->thread.is_here(function))
        return fail(ENGINE_NET_ERROR_WRONG_THREAD, "called on another thread than the server's");
    if (server->stage != engine_net_server::Stage::started)
        return fail(ENGINE_NET_ERROR_WRONG_STATE, "the server has not been started");
    return ENGINE_NET_OK;
}

/// The same for what changes the server, which callbacks may not.
engine_net_result check_outside(const engine_net_server* server, const char* function) {
    if (const auto problem = check(server, function)) return problem;
    if (server->is_stepping)
        return fail(ENGINE_NET_ERROR_WRONG_STATE, "called from within a callback");
    return ENGINE_NET_OK;
}

/// What `body` finds in the server, if it has started; else `otherwise`.
template <class Value, class Body>
Value ask(const engine_net_server* server,
          const char* function,
          Value otherwise,
          const Body& body) {
    if (check(server, function) != ENGINE_NET_OK) return otherwise;
    return guarded_or(otherwise, body);
}

std::uint32_t milliseconds(std::chrono::milliseconds time) {
    return static_cast<std::uint32_t>(time.count());
}

engine_net_server_config defaults_of_server() {
    const ServerConfig config;
    engine_net_server_config defaults{};
    defaults.struct_size = sizeof defaults;
    defaults.port = config.port;
    defaults.bind_address = "::";
    defaults.tick_rate = config.tick_rate;
    defaults.snapshot_rate = config.snapshot_rate;
    defaults.max_peers = config.max_peers;
    defaults.max_rooms = config.max_rooms;
    defaults.room_threads = config.room_threads;
    defaults.session_timeout_ms = milliseconds(config.session_timeout);
    defaults.grace_time_ms = milliseconds(config.grace_time);
    defaults.empty_room_linger_ms = milliseconds(config.empty_room_linger);
    defaults.identity = "";
    return defaults;
}

ServerConfig config_of(const engine_net_server_config& given) {
    ServerConfig config;
    config.port = given.port;
    if (given.bind_address) config.bind_address = given.bind_address;
    config.tick_rate = given.tick_rate;
    config.snapshot_rate = given.snapshot_rate;
    config.max_peers = given.max_peers;
    config.max_rooms = given.max_rooms;
    config.room_threads = given.room_threads;
    config.session_timeout = std::chrono::milliseconds(given.session_timeout_ms);
    config.grace_time = std::chrono::milliseconds(given.grace_time_ms);
    config.empty_room_linger = std::chrono::milliseconds(given.empty_room_linger_ms);
    config.identity = c_api::text_of(given.identity);
    if (given.log) config.log = log_sink(given.log, given.log_user);
    return config;
}

engine_net_result result_of(StartErrorCode code) {
    switch (code) {
    case StartErrorCode::bad_config: return ENGINE_NET_ERROR_BAD_CONFIG;
    case StartErrorCode::bad_schema: return ENGINE_NET_ERROR_BAD_SCHEMA;
    case StartErrorCode::port_in_use: return ENGINE_NET_ERROR_PORT_IN_USE;
    case StartErrorCode::address_unavailable: return ENGINE_NET_ERROR_ADDRESS_UNAVAILABLE;
    case StartErrorCode::no_resources: return ENGINE_NET_ERROR_NO_RESOURCES;
    case StartErrorCode::enet_not_ours: return ENGINE_NET_ERROR_ENET_NOT_OURS;
    case StartErrorCode::cluster_unreachable: break;
    }
    return ENGINE_NET_ERROR_INTERNAL;
}

engine_net_server_stats stats_of(const ServerStats& stats) {
    engine_net_server_stats all{};
    all.tick = stats.tick.value;
    all.ticks = stats.ticks;
    all.late_ticks = stats.late_ticks;
    all.dropped_ticks = stats.dropped_ticks;
    all.peers = stats.peers;
    all.sessions = stats.sessions;
    all.players = stats.players;
    all.spectators = stats.spectators;
    all.rooms = stats.rooms;
    all.joins = stats.joins;
    all.leaves = stats.leaves;
    all.resumes = stats.resumes;
    all.snapshot_datagrams = stats.snapshot_datagrams;
    all.snapshot_bytes = stats.snapshot_bytes;
    all.entities_refused = stats.entities_refused;
    all.malformed_messages = stats.refused.malformed_messages + stats.refused.unexpected_messages +
                             stats.refused.oversize_messages + stats.refused.malformed_inputs;
    all.peers_dropped = stats.refused.peers_dropped;
    all.datagrams_in = stats.link.datagrams_in;
    all.datagrams_out = stats.link.datagrams_out;
    all.bytes_in = stats.link.bytes_in;
    all.bytes_out = stats.link.bytes_out;
    all.simulation_p99_us = stats.simulation.p99_us;
    all.network_p99_us = stats.network.p99_us;
    return all;
}

} // namespace

engine_net_result engine_net_server_config_init(engine_net_server_config* config,
                                                std::uint32_t struct_size) {
    return give_defaults(config, struct_size, __func__, defaults_of_server);
}

engine_net_result engine_net_server_create(const engine_net_server_config* config,
                                           engine_net_server** server) {
    if (!server) return misuse(__func__, "server is null");
    *server = nullptr;
    if (is_unsized(config)) return misuse(__func__, "config is null or without its size");
    return guarded([&] {
        const ServerConfig full = config_of(taken(*config, defaults_of_server()));
        if (const auto problem = full.validate())
            return fail(ENGINE_NET_ERROR_BAD_CONFIG, *problem);
        *server = new engine_net_server(full);
        return ENGINE_NET_OK;
    });
}

void engine_net_server_destroy(engine_net_server* server) {
    if (server && server->is_stepping) {
        (void)misuse(__func__, "called from within a callback");
        return;
    }
    delete server;
}

engine_net_result engine_net_server_start(engine_net_server* server) {
    if (!server) return misuse(__func__, "server is null");
    if (server->stage != engine_net_server::Stage::created)
        return fail(ENGINE_NET_ERROR_WRONG_STATE, "the server has been started before");
    server->thread.take();
    server->stage = engine_net_server::Stage::failed;
    return guarded([&] {
        if (const auto started = server->server.start(); !started)
            return fail(result_of(started.error().code), started.error().detail);
        server->stage = engine_net_server::Stage::started;
        return ENGINE_NET_OK;
    });
}

engine_net_result engine_net_server_step(engine_net_server* server, engine_net_time now) {
    if (const auto problem = check_outside(server, __func__)) return problem;
    server->is_stepping = true;
    const auto result = guarded([&] {
        server->server.step(Time(Duration(now)));
        return ENGINE_NET_OK;
    });
    server->is_stepping = false;
    return result;
}

engine_net_time engine_net_server_next_step(const engine_net_server* server) {
    return ask(server, __func__, std::numeric_limits<engine_net_time>::max(), [&] {
        return server->server.next_step().time_since_epoch().count();
    });
}

engine_net_result
engine_net_server_drain(engine_net_server* server, std::uint32_t deadline_ms, const char* reason) {
    if (const auto problem = check_outside(server, __func__)) return problem;
    return guarded([&] {
        server->server.drain(std::chrono::milliseconds(deadline_ms), c_api::text_of(reason));
        return ENGINE_NET_OK;
    });
}

bool engine_net_server_is_drained(const engine_net_server* server) {
    return ask(server, __func__, false, [&] {
        return server->server.is_drained();
    });
}

engine_net_result engine_net_server_stop(engine_net_server* server, const char* reason) {
    if (const auto problem = check_outside(server, __func__)) return problem;
    return guarded([&] {
        server->server.stop(c_api::text_of(reason));
        return ENGINE_NET_OK;
    });
}

bool engine_net_server_has_stopped(const engine_net_server* server) {
    return ask(server, __func__, false, [&] {
        return server->server.has_stopped();
    });
}

engine_net_result engine_net_server_create_room(engine_net_server* server,
                                                const char* kind,
                                                const char* name,
                                                std::uint32_t* room) {
    if (const auto problem = check_outside(server, __func__)) return problem;
    if (!kind) return misuse(__func__, "kind is null");
    return guarded([&] {
        if (!server->kinds.contains(kind))
            return fail(ENGINE_NET_ERROR_NOT_FOUND, "there is no room kind " + std::string(kind));
        const auto made = server->server.create_room(kind, c_api::text_of(name));
        if (!made) {
            return fail(ENGINE_NET_ERROR_LIMIT,
                        "there are as many rooms as there may be, or the server drains");
        }
        if (room) *room = made->value;
        return ENGINE_NET_OK;
    });
}

std::uint16_t engine_net_server_port(const engine_net_server* server) {
    return ask(server, __func__, std::uint16_t{0}, [&] {
        return server->server.port();
    });
}

engine_net_result
engine_net_server_key(const engine_net_server* server, char* key, std::size_t size) {
    if (const auto problem = check(server, __func__)) return problem;
    if (!key) return misuse(__func__, "key is null");
    return guarded([&] {
        const std::string text = server->server.key();
        if (size <= text.size()) return fail(ENGINE_NET_ERROR_BAD_SIZE, "a key needs 65 bytes");
        std::memcpy(key, text.c_str(), text.size() + 1);
        return ENGINE_NET_OK;
    });
}

engine_net_result engine_net_server_get_stats(const engine_net_server* server,
                                              engine_net_server_stats* stats) {
    if (const auto problem = check(server, __func__)) return problem;
    if (is_unsized(stats)) return misuse(__func__, "stats is null or without its size");
    return guarded([&] {
        give(stats_of(server->server.stats()), *stats);
        return ENGINE_NET_OK;
    });
}
