#pragma once

#include "bridge/mqtt_packet.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net::bridge {

/// What one connection of MQTT wants to hear.
class MqttSubscriptions {
public:
    /// How a message is to be sent, by all filters that match together.
    struct Wanted {
        std::uint8_t qos = 0;
        bool keeps_retain_flag = false;
        bool has_own = false; ///< also what the connection itself has published
        std::vector<std::uint32_t> identifiers{};
    };

    /// False: it takes the place of the same filter's before.
    bool add(const mqtt::Subscription& subscription, std::optional<std::uint32_t> identifier);
    /// False: there was none.
    bool remove(const std::string& filter);
    [[nodiscard]] std::size_t size() const { return filters_.size(); }
    [[nodiscard]] bool contains(const std::string& filter) const {
        return filters_.contains(filter);
    }
    [[nodiscard]] bool has_wildcards() const { return wildcards_ > 0; }

    /// Nothing: it is not wanted. `is_first`: of its channel's topics, so that filters which begin
    /// with a wildcard have it.
    [[nodiscard]] std::optional<Wanted> wanted(std::string_view topic, bool is_first = true) const;
    /// Whether documents of the bridge's own may be wanted.
    [[nodiscard]] bool reads_documents() const;
    /// Rooms whose states are wanted.
    struct States {
        std::set<RoomId> named{};
        bool has_all = false;
    };
    [[nodiscard]] States states() const;
    /// Whether something of a channel is wanted.
    [[nodiscard]] bool wants_channel(std::string_view channel) const;
    /// The same, and that by a filter without wildcards.
    [[nodiscard]] bool names_channel(std::string_view channel) const;
    /// Whether what the connection itself publishes on a channel is wanted.
    [[nodiscard]] bool wants_own(std::string_view channel, bool is_chat) const;

private:
    struct Filter {
        std::uint8_t qos = 0;
        bool is_no_local = false;
        bool keeps_retain_flag = false;
        std::optional<std::uint32_t> identifier{};
    };

    std::map<std::string, Filter> filters_;
    std::size_t wildcards_ = 0; ///< filters that have some
};

/// Whether a filter has what is told under a topic: see `MqttSubscriptions::wanted`.
bool has_topic(std::string_view filter, std::string_view topic, bool is_first);
/// Whether a filter has something of a channel.
bool has_channel(std::string_view filter, std::string_view channel);

} // namespace engine_net::bridge
