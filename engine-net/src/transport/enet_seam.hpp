#pragma once

#include <engine_net/clock.hpp>

#include <enet/enet.h>

#include <cstddef>
#include <cstdint>
#include <span>

/// ENet calls the system through nine functions of its own (`enet_socket_send`, `enet_time_get`,
/// ...) and finds them by name. `enet_seam.cpp` defines those names, so ENet calls us: inside an
/// `EnetCall` they reach the call's `EnetSocket` and give its time. Everywhere else, for instance
/// in a game with ENet hosts of its own, they go on to the originals.
namespace engine_net {

/// What stands behind a socket as ENet sees it.
class EnetSocket {
public:
    virtual ~EnetSocket() = default;
    /// One datagram, in parts that are good for the call.
    virtual void send(const ENetAddress& to, std::span<const ENetBuffer> parts) = 0;
    /// The next datagram into `buffer`; its length, or 0 when there is none for now.
    virtual std::size_t receive(ENetAddress& from, std::span<std::uint8_t> buffer) = 0;
};

/// Stands around every call into ENet that may send, receive or ask for the time. Of this thread
/// alone; calls may nest, and the inner one counts.
class EnetCall {
public:
    EnetCall(EnetSocket& socket, Time now);
    ~EnetCall();
    EnetCall(const EnetCall&) = delete;
    EnetCall& operator=(const EnetCall&) = delete;

private:
    EnetSocket* outer_socket_;
    enet_uint32 outer_time_;
};

/// Stands around a call from inside ENet out to the game, which may run ENet hosts of its own.
class EnetCallSuspended {
public:
    EnetCallSuspended();
    ~EnetCallSuspended();
    EnetCallSuspended(const EnetCallSuspended&) = delete;
    EnetCallSuspended& operator=(const EnetCallSuspended&) = delete;

private:
    EnetSocket* outer_socket_;
    enet_uint32 outer_time_;
};

/// ENet's clock: milliseconds that wrap every 49.7 days. ENet compares them by difference.
enet_uint32 to_enet_time(Time now);

/// Whether ENet calls our functions and not its own, found out by letting `fresh`, a new host
/// without peers, try each of them. Not so where libenet binds its own calls (`-Bsymbolic`, the
/// default on Ubuntu), or where it comes before us in the order of linking.
bool enet_is_ours(ENetHost& fresh);

} // namespace engine_net
