#pragma once

#include "core/bytes.hpp"
#include "transport/address.hpp"

#include <engine_net/clock.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace engine_net {

/// A bound, non-blocking socket: real UDP, or a socket of a simulated network.
class DatagramSocket {
public:
    enum class Status : std::uint8_t { ok, empty, error };
    struct Received {
        Status status = Status::empty;
        std::size_t bytes = 0;
        Address from{};
    };
    struct Outgoing {
        Address to;
        Bytes bytes;
        Status status = Status::ok;
    };

    DatagramSocket() = default;
    virtual ~DatagramSocket() = default;
    DatagramSocket(const DatagramSocket&) = delete;
    DatagramSocket& operator=(const DatagramSocket&) = delete;

    /// The conditioner of a link and the simulated network need the time; set before each use.
    virtual void advance_to(Time now) = 0;
    virtual Status send(const Address& to, Bytes datagram) = 0;
    /// The same for each, in order; how it went is told in its status.
    virtual void send_all(std::span<Outgoing> datagrams) {
        for (Outgoing& one : datagrams) one.status = send(one.to, one.bytes);
    }
    /// Whether `send_all` may run on several threads at once.
    [[nodiscard]] virtual bool sends_from_any_thread() const { return false; }
    /// One datagram into `buffer`. After an error the next call goes on with the next datagram.
    virtual Received receive(std::span<std::uint8_t> buffer) = 0;
    /// What `receive` will give after so many others, as far as it is here already; else empty.
    /// Good until the next call.
    [[nodiscard]] virtual Bytes upcoming(std::size_t /*after*/) const { return {}; }
    /// Blocks until something can be received or `deadline` has passed on the system's clock.
    virtual void wait_until(Time deadline) = 0;
    [[nodiscard]] virtual Address local_address() const = 0;
};

} // namespace engine_net
