#pragma once

#include <engine_net/ids.hpp>
#include <engine_net/server.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>

namespace bench {

inline constexpr std::uint32_t node_tick_rate = 60;

/// A server on a thread of its own, with one room.
class NodeServer {
public:
    /// Of the cluster at `redis_url`; "": alone.
    NodeServer(const std::string& redis_url, std::size_t number);
    ~NodeServer();
    NodeServer(const NodeServer&) = delete;
    NodeServer& operator=(const NodeServer&) = delete;

    /// Why it does not run; "": it does.
    [[nodiscard]] const std::string& problem() const { return problem_; }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] engine_net::RoomId room() const { return room_; }

private:
    engine_net::Server server_;
    std::uint16_t port_ = 0;
    engine_net::RoomId room_{};
    std::string problem_;
    std::atomic<bool> is_over_ = false;
    std::thread thread_;
};

} // namespace bench
