#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

namespace bench {

/// The same broadcast as Boost.Beast does it by itself: one `async_write` to each WebSocket.
class BeastBroadcast {
public:
    virtual ~BeastBroadcast() = default;

    static std::unique_ptr<BeastBroadcast> open();

    [[nodiscard]] virtual std::uint16_t port() const = 0;
    /// Takes one connection.
    virtual bool accept() = 0;
    /// Sends everyone the message, and comes back when all was given to the system.
    virtual void send(std::span<const std::uint8_t> message) = 0;

protected:
    BeastBroadcast() = default;
};

} // namespace bench
