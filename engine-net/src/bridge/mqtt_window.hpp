#pragma once

#include "bridge/exchange.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <utility>

namespace engine_net::bridge {

/// The messages of QoS 1 that are on their way to a client, and those that wait until it has
/// acknowledged some.
class MqttWindow {
public:
    using Send = std::function<void(SharedBytes)>;

    /// `limit`: on the way at a time, at least 1.
    explicit MqttWindow(Send send) : send_(std::move(send)) {}

    void set_limit(std::size_t limit) { limit_ = limit; }
    /// A number that no message has; nothing: there are too many.
    std::optional<std::uint16_t> new_id();
    /// `id`: of `new_id`. Sends it now, or when there is room.
    void send(std::uint16_t id, SharedBytes packet);
    /// Of a message that is not sent after all.
    void give_back(std::uint16_t id) { ids_.erase(id); }
    /// False: no message on the way has this number.
    bool acknowledge(std::uint16_t id);
    [[nodiscard]] std::size_t waiting_bytes() const { return waiting_bytes_; }

private:
    struct Waiting {
        std::uint16_t id = 0;
        SharedBytes packet{};
    };

    Send send_;
    std::size_t limit_ = 1;
    std::uint16_t last_id_ = 0;
    std::set<std::uint16_t> ids_;    ///< of all, on the way or waiting
    std::set<std::uint16_t> on_way_; ///< of those among them
    std::deque<Waiting> waiting_;
    std::size_t waiting_bytes_ = 0;
};

} // namespace engine_net::bridge
