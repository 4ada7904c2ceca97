#pragma once

#include "program/install.hpp"

#include <engine_net/log.hpp>
#include <engine_net/server.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// That rooms get to end in after SIGTERM: as long as Kubernetes waits before it kills.
inline constexpr std::uint16_t standard_drain_s = 30;

/// What demo-server is told by its options.
struct Settings {
    engine_net::ServerConfig server{.max_peers = 1024};
    std::uint32_t rooms = 1;                 ///< opened at the start
    std::uint32_t capacity = 24;             ///< seats of a room: 16 bots leave some for people
    std::uint32_t spectators = 8;            ///< of a room
    std::optional<std::uint16_t> web_port{}; ///< TCP; unset: no web bridge
    std::string web_files = program::shared_folder("spectator", "build/spectator");
    std::optional<std::uint16_t> mqtt_port{};   ///< TCP; unset: MQTT is not spoken
    std::vector<std::string> trusted_proxies{}; ///< before the web bridge
    std::vector<std::string> allowed_origins{}; ///< of pages that may use the web bridge
    std::string pusher_key;                     ///< of the app; empty: no stock Pusher clients
    std::string pusher_app_id = engine_net::PusherConfig{}.app_id;
    std::string pusher_secret_file;  ///< empty: "pusher.secret" at `program::key_path`
    std::string webhook_url;         ///< of the game's web backend; empty: it is told nothing
    std::string webhook_queue;       ///< empty: "webhooks.queue" at `program::key_path`
    std::string webhook_secret_file; ///< empty: that of the Pusher app
    std::string webhook_ca_file;
    std::string backend_url;   ///< that is asked who may join, and be on a channel; empty: none is
    std::string adapters_file; ///< of adapters to web services; empty: there are none
    std::chrono::milliseconds spectator_delay{0};
    double match_s = 20; ///< length of a match
    std::uint32_t bots = 0;
    std::optional<std::uint16_t> drain_s{}; ///< unset: after SIGTERM `standard_drain_s`, else 0
    bool is_in_fleet = false;               ///< of Agones
    std::uint32_t bytes_per_second = engine_net::RoomKindConfig{}.bytes_per_second;
    double check_s = 0;                  ///< 0: no check, a server
    std::string admin_key_file;          ///< empty: "admin.key" at `program::key_path`
    std::string identity_file;           ///< empty: "server.key" there
    std::string token_key_file;          ///< empty: "token.key" there
    engine_net::ClusterConfig cluster{}; ///< without a Redis: none
    std::string cluster_key_file;        ///< empty: "cluster.key" there
    std::string backplane_password_file; ///< empty: the URL of the Redis has it, if it needs one
    std::string record;                  ///< file for a recording of the first room; empty: none
    engine_net::LogLevel log_level = engine_net::LogLevel::info;
};

/// Nothing: go on. Otherwise the program ends with this code.
[[nodiscard]] std::optional<int>
read_settings(Settings& settings, int argc, const char* const* argv);
