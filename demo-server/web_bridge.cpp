#include "web_bridge.hpp"

#include "adapters.hpp"
#include "program/key_file.hpp"

#include <engine_net/cluster.hpp>

#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>

namespace {

/// Nothing, and says why, when there can't be one.
std::optional<std::string> keep_secret(const std::filesystem::path& path, const std::string& what) {
    auto secret = program::keep_key(path, what, engine_net::make_cluster_key);
    if (secret) return *secret;
    std::fprintf(stderr, "demo-server: %s\n", secret.error().c_str());
    return std::nullopt;
}

} // namespace

std::filesystem::path pusher_secret_path(const Settings& settings) {
    return settings.pusher_secret_file.empty() ? program::key_path("pusher.secret")
                                               : std::filesystem::path(settings.pusher_secret_file);
}

std::filesystem::path webhook_secret_path(const Settings& settings) {
    return settings.webhook_secret_file.empty()
               ? pusher_secret_path(settings)
               : std::filesystem::path(settings.webhook_secret_file);
}

std::optional<engine_net::BridgeConfig> bridge_of(const Settings& settings) {
    engine_net::BridgeConfig bridge{.port = *settings.web_port,
                                    .bind_address = settings.server.bind_address,
                                    .files = settings.web_files,
                                    .allowed_origins = settings.allowed_origins,
                                    .trusted_proxies = settings.trusted_proxies};
    if (settings.mqtt_port) bridge.mqtt.emplace().port = *settings.mqtt_port;
    if (!settings.pusher_key.empty()) {
        const auto secret = keep_secret(pusher_secret_path(settings), "Pusher secret");
        if (!secret) return std::nullopt;
        bridge.pusher = engine_net::PusherConfig{
            .app_id = settings.pusher_app_id, .key = settings.pusher_key, .secret = *secret};
    }
    if (!settings.adapters_file.empty()) {
        auto adapters = read_adapters(settings.adapters_file);
        if (!adapters) {
            std::fprintf(stderr, "demo-server: %s\n", adapters.error().c_str());
            return std::nullopt;
        }
        bridge.adapters = std::move(*adapters);
    }
    if (settings.webhook_url.empty() && settings.backend_url.empty()) return bridge;
    const auto secret = keep_secret(webhook_secret_path(settings), "webhook secret");
    if (!secret) return std::nullopt;
    const std::string key =
        settings.pusher_key.empty() ? settings.pusher_app_id : settings.pusher_key;
    if (!settings.webhook_url.empty()) {
        bridge.webhooks = engine_net::WebhookConfig{
            .url = settings.webhook_url,
            .key = key,
            .secret = *secret,
            .queue_file = settings.webhook_queue.empty()
                              ? program::key_path("webhooks.queue").string()
                              : settings.webhook_queue,
            .ca_file = settings.webhook_ca_file};
    }
    if (!settings.backend_url.empty()) {
        bridge.backend = engine_net::BackendConfig{.url = settings.backend_url,
                                                   .key = key,
                                                   .secret = *secret,
                                                   .ca_file = settings.webhook_ca_file};
    }
    return bridge;
}
