#pragma once

#include "bridge/outbox.hpp"
#include "core/bytes.hpp"
#include "core/fetch.hpp"

#include <engine_net/clock.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace engine_net::bridge {

class Protocol;

/// A TCP connection, as those see it that speak on it.
class Link {
public:
    virtual ~Link() = default;

    /// Sends it after all that waits, at the latest when what is being handled is done.
    void send(SharedBytes message) {
        outbox().add(std::move(message));
        schedule();
    }
    /// There is something in the outbox: it is sent when what is being handled is done.
    virtual void schedule() = 0;
    /// Sends now what goes without waiting.
    virtual void flush() = 0;
    [[nodiscard]] virtual Outbox& outbox() = 0;
    /// Has the processor fetch what `flush` reads, since that comes soon: with thousands of viewers
    /// nothing of them is in its caches, and the misses would be a fifth of all time.
    void prefetch() const {
        constexpr std::size_t read_by_flush = 512;
        fetch(this, read_by_flush);
    }
    /// Closes when all is sent; nothing more is read.
    virtual void finish() = 0;
    /// Closes at once.
    virtual void drop() = 0;
    /// Hands the connection over. The old protocol hears no more of it.
    virtual void become(std::shared_ptr<Protocol> protocol) = 0;
    /// Who it is from, in digits: that of the socket.
    [[nodiscard]] virtual const std::string& address() const = 0;
};

/// Who speaks on a connection.
class Protocol {
public:
    virtual ~Protocol() = default;

    /// Valid for the call.
    virtual void on_bytes(Bytes bytes) = 0;
    /// A few times a second.
    virtual void on_time(Time now) = 0;
    /// No byte could be sent for `BridgeConfig::stuck_timeout`. It is dropped soon, whatever is
    /// done.
    virtual void on_stuck() = 0;
    /// The server ends: says so, and finishes the link.
    virtual void on_stop(std::string_view reason) = 0;
    /// The connection is gone. Called once.
    virtual void on_gone() = 0;
};

} // namespace engine_net::bridge
