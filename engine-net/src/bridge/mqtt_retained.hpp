#pragma once

#include "bridge/exchange.hpp"

#include <engine_net/bridge.hpp>
#include <engine_net/clock.hpp>
#include <engine_net/stats.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace engine_net::bridge {

/// The newest message of each channel that was said to be kept for who subscribes later.
class MqttRetained {
public:
    struct Message {
        std::vector<std::uint8_t> payload{};
        std::string user{};
        std::string name{};
        std::string event{};
        std::string at{}; ///< "": that is not known yet
        std::optional<Time> expires{};
    };

    MqttRetained(const MqttConfig& limits, BridgeStats& stats)
        : max_count_(limits.max_retained), max_bytes_(limits.max_retained_bytes), stats_(&stats) {}

    /// Whether `set` would keep it.
    [[nodiscard]] bool has_room_for(const std::string& channel, std::size_t payload_bytes) const;
    /// Instead of the one before. Without a payload there is none any more; one that there is no
    /// room for is not kept, nor the one before.
    void set(const std::string& channel, Message message);
    /// Null: there is none.
    [[nodiscard]] const Message* find(const std::string& channel) const;
    [[nodiscard]] const std::map<std::string, Message>& all() const { return messages_; }
    void on_time(Time now);

private:
    using Place = std::map<std::string, Message>::iterator;

    [[nodiscard]] std::size_t bytes_of(const std::string& channel) const;
    Place erase(Place place);

    std::size_t max_count_;
    std::size_t max_bytes_;
    BridgeStats* stats_;
    std::map<std::string, Message> messages_;
    std::size_t bytes_ = 0;
};

} // namespace engine_net::bridge
