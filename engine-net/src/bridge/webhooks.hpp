#pragma once

#include "bridge/disk_queue.hpp"
#include "bridge/http_client.hpp"
#include "bridge/json_text.hpp"
#include "bridge/retries.hpp"

#include <engine_net/bridge.hpp>
#include <engine_net/clock.hpp>
#include <engine_net/log.hpp>
#include <engine_net/result.hpp>
#include <engine_net/stats.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine_net::bridge {

/// Headers by which the game's web backend knows who asks it: `X-Pusher-Key`, and
/// `X-Pusher-Signature`, hex HMAC-SHA256 of the body by the secret.
std::vector<std::string>
signed_headers(std::string_view key, std::string_view secret, std::string_view body);

/// Delivers events to the game's web backend, each at least once, in order: what `BRIDGE.md` calls
/// webhooks.
class Webhooks {
public:
    /// What it needs of the bridge. All outlive it.
    struct Surroundings {
        HttpClient& http;
        BridgeStats& stats;
        std::function<std::uint64_t()> random;
        std::function<void(LogLevel, std::string)> log;
    };

    /// Else why not, for a person.
    static Result<std::unique_ptr<Webhooks>, std::string> open(const WebhookConfig& config,
                                                               Surroundings around);

    /// Whether events of this name are delivered.
    [[nodiscard]] bool wants(std::string_view name) const;
    /// Queues it, if it is wanted. `id` is the same whenever it is the same event.
    void add(std::string_view name, const std::string& id, Json event);
    [[nodiscard]] bool is_delivered() const { return queue_->size() == 0; }
    /// Sends what waits, if it is time to.
    void on_time(Time now);

private:
    Webhooks(WebhookConfig config, Surroundings around, std::unique_ptr<DiskQueue> queue);

    [[nodiscard]] std::int64_t unix_ms() const;
    bool keep(std::string_view name, const std::string& id, Json event);
    void lose();
    void tell_of_lost();
    void send();
    void on_reply(std::size_t count, const HttpReply& reply);
    void drop_first(const std::string& why);
    void note_waiting();

    WebhookConfig config_;
    Surroundings around_;
    std::unique_ptr<DiskQueue> queue_;
    std::uint64_t lost_ = 0; ///< since the last that was kept
    std::uint64_t losses_ = 0;
    bool is_full_ = false;
    Retries retries_;
    bool is_under_way_ = false;
    Time now_{};
};

} // namespace engine_net::bridge
