#include "web_bridge.hpp"

#include "program/key_file.hpp"

#include <engine_net/cluster.hpp>

#include <cstdio>

std::filesystem::path pusher_secret_path(const Settings& settings) {
    return settings.pusher_secret_file.empty() ? program::key_path("pusher.secret")
                                               : std::filesystem::path(settings.pusher_secret_file);
}

std::optional<engine_net::BridgeConfig> bridge_of(const Settings& settings) {
    engine_net::BridgeConfig bridge{.port = *settings.web_port,
                                    .bind_address = settings.server.bind_address,
                                    .files = settings.web_files,
                                    .allowed_origins = settings.allowed_origins,
                                    .trusted_proxies = settings.trusted_proxies};
    if (settings.mqtt_port) bridge.mqtt.emplace().port = *settings.mqtt_port;
    if (settings.pusher_key.empty()) return bridge;
    auto secret = program::keep_key(
        pusher_secret_path(settings), "Pusher secret", engine_net::make_cluster_key);
    if (!secret) {
        std::fprintf(stderr, "demo-server: %s\n", secret.error().c_str());
        return std::nullopt;
    }
    bridge.pusher = engine_net::PusherConfig{
        .app_id = settings.pusher_app_id, .key = settings.pusher_key, .secret = *secret};
    return bridge;
}
