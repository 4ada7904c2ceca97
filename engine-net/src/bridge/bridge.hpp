#pragma once

#include "bridge/exchange.hpp"
#include "bridge/state_text.hpp"

#include <engine_net/bridge.hpp>
#include <engine_net/result.hpp>
#include <engine_net/stats.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace engine_net::bridge {

/// What a page needs to read the feed of a kind of rooms.
struct KindInfo {
    std::string schema_json{}; ///< `GET /api/kinds/{kind}/schema`
    SharedBytes prior{};       ///< `GET /api/kinds/{kind}/prior`; null: there is none
    std::uint32_t frames_per_second = 0;
    double delay_seconds = 0;                      ///< by which the feed is behind
    std::shared_ptr<const StateText> state_text{}; ///< null: nobody is told the state as text
};

struct ServerInfo {
    std::uint32_t tick_rate = 60;
    bool is_in_cluster = false;
    bool has_channel_rules = false; ///< the game says who may speak where
    std::map<std::string, KindInfo> kinds{};
    std::string node{}; ///< how it is called in its cluster; "": it is alone
};

/// Whether it has to hear of `tell::ChannelUse`.
inline bool needs_channel_use(const BridgeConfig& config) {
    return config.pusher || config.mqtt || config.webhooks;
}

/// All that the adapters hear: see `AdapterConfig::channels`.
std::vector<std::string> adapted_channels(const BridgeConfig& config);

/// Why it does not run, in one sentence for a person.
struct Failure {
    bool is_port_in_use = false;
    std::string detail{};
};

/// The bridge's thread and its port. Hides Boost.
class Bridge {
public:
    /// Listens, and starts the thread. `exchange` outlives it.
    static Result<std::unique_ptr<Bridge>, Failure>
    start(const BridgeConfig& config, ServerInfo info, Exchange& exchange);
    virtual ~Bridge() = default;

    [[nodiscard]] virtual std::uint16_t port() const = 0;
    /// That of MQTT; 0: it is not spoken.
    [[nodiscard]] virtual std::uint16_t mqtt_port() const = 0;
    /// From any thread.
    [[nodiscard]] virtual BridgeStats stats() const = 0;
    /// Tells all who are there that the server closes, with `reason`, and takes nobody any more.
    virtual void stop(const std::string& reason) = 0;

protected:
    Bridge() = default;
};

} // namespace engine_net::bridge
