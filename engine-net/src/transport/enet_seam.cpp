#include "transport/enet_seam.hpp"

#ifndef ENGINE_NET_ENET_SOURCE
#include <dlfcn.h>
#endif

namespace engine_net {
namespace {

/// Every socket of ours has this one number: which is meant, the `EnetCall` knows. The system
/// never gives out a descriptor this high.
constexpr ENetSocket our_socket = 0x656E6574;

thread_local EnetSocket* current_socket = nullptr;
thread_local enet_uint32 current_time = 0;

/// The function of ENet's that ours took the place of; none where ENet is compiled in without it.
template <class Function>
Function* original([[maybe_unused]] Function* replacement, [[maybe_unused]] const char* name) {
#ifdef ENGINE_NET_ENET_SOURCE
    return nullptr;
#else
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
#endif
}

} // namespace

EnetCall::EnetCall(EnetSocket& socket, Time now)
    : outer_socket_(current_socket), outer_time_(current_time) {
    current_socket = &socket;
    current_time = to_enet_time(now);
}

EnetCall::~EnetCall() {
    current_socket = outer_socket_;
    current_time = outer_time_;
}

EnetCallSuspended::EnetCallSuspended() : outer_socket_(current_socket), outer_time_(current_time) {
    current_socket = nullptr;
}

EnetCallSuspended::~EnetCallSuspended() {
    current_socket = outer_socket_;
    current_time = outer_time_;
}

enet_uint32 to_enet_time(Time now) {
    const auto since_start = std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch());
    return static_cast<enet_uint32>(since_start.count());
}

bool enet_is_ours(ENetHost& fresh) {
    if (fresh.socket != our_socket) return false;

    class Probe final : public EnetSocket {
    public:
        void send(const ENetAddress&, std::span<const ENetBuffer>) override { sent = true; }
        std::size_t receive(ENetAddress&, std::span<std::uint8_t>) override {
            received = true;
            return 0;
        }
        bool sent = false;
        bool received = false;
    };
    Probe probe;
    const Time time_of_probe{std::chrono::milliseconds{0x5EA11EAD}};
    const EnetCall call(probe, time_of_probe);

    const ENetAddress nowhere{ENET_HOST_ANY, 1};
    ENetPeer* const peer = enet_host_connect(&fresh, &nowhere, 1, 0);
    if (peer == nullptr) return false;
    enet_host_service(&fresh, nullptr, 0);
    enet_peer_reset(peer);
    return probe.sent && probe.received && fresh.serviceTime == to_enet_time(time_of_probe);
}

} // namespace engine_net

using engine_net::current_socket;
using engine_net::current_time;
using engine_net::original;
using engine_net::our_socket;

extern "C" {

ENetSocket enet_socket_create(ENetSocketType type) {
    if (current_socket != nullptr) return our_socket;
    static auto* const theirs = original(enet_socket_create, "enet_socket_create");
    return theirs != nullptr ? theirs(type) : ENET_SOCKET_NULL;
}

void enet_socket_destroy(ENetSocket socket) {
    if (socket == our_socket) return;
    static auto* const theirs = original(enet_socket_destroy, "enet_socket_destroy");
    if (theirs != nullptr) theirs(socket);
}

int enet_socket_bind(ENetSocket socket, const ENetAddress* address) {
    if (socket == our_socket) return 0;
    static auto* const theirs = original(enet_socket_bind, "enet_socket_bind");
    return theirs != nullptr ? theirs(socket, address) : -1;
}

int enet_socket_get_address(ENetSocket socket, ENetAddress* address) {
    if (socket == our_socket) return -1;
    static auto* const theirs = original(enet_socket_get_address, "enet_socket_get_address");
    return theirs != nullptr ? theirs(socket, address) : -1;
}

int enet_socket_set_option(ENetSocket socket, ENetSocketOption option, int value) {
    if (socket == our_socket) return 0;
    static auto* const theirs = original(enet_socket_set_option, "enet_socket_set_option");
    return theirs != nullptr ? theirs(socket, option, value) : -1;
}

int enet_socket_send(ENetSocket socket,
                     const ENetAddress* to,
                     const ENetBuffer* buffers,
                     size_t count) {
    if (socket == our_socket) {
        if (current_socket == nullptr) return -1;
        size_t bytes = 0;
        for (const ENetBuffer& part : std::span(buffers, count)) bytes += part.dataLength;
        current_socket->send(*to, std::span(buffers, count));
        return static_cast<int>(bytes);
    }
    static auto* const theirs = original(enet_socket_send, "enet_socket_send");
    return theirs != nullptr ? theirs(socket, to, buffers, count) : -1;
}

int enet_socket_receive(ENetSocket socket, ENetAddress* from, ENetBuffer* buffers, size_t count) {
    if (socket == our_socket) {
        if (current_socket == nullptr || count == 0) return -1;
        const std::span buffer(static_cast<std::uint8_t*>(buffers->data), buffers->dataLength);
        const size_t bytes = current_socket->receive(*from, buffer);
        // The error ends `enet_host_service` before it sends again, so that acknowledgements
        // travel with the messages of the next flush instead of in datagrams of their own.
        return bytes > 0 ? static_cast<int>(bytes) : -1;
    }
    static auto* const theirs = original(enet_socket_receive, "enet_socket_receive");
    return theirs != nullptr ? theirs(socket, from, buffers, count) : -1;
}

int enet_socket_wait(ENetSocket socket, enet_uint32* condition, enet_uint32 timeout) {
    if (socket == our_socket) {
        *condition = ENET_SOCKET_WAIT_NONE;
        return 0;
    }
    static auto* const theirs = original(enet_socket_wait, "enet_socket_wait");
    return theirs != nullptr ? theirs(socket, condition, timeout) : -1;
}

enet_uint32 enet_time_get() {
    if (current_socket != nullptr) return current_time;
    static auto* const theirs = original(enet_time_get, "enet_time_get");
    return theirs != nullptr ? theirs() : current_time;
}

#ifdef ENGINE_NET_ENET_SOURCE

// What else ENet expects of the platform file that this one takes the place of.
int enet_initialize() {
    return 0;
}

void enet_deinitialize() {}

enet_uint32 enet_host_random_seed() {
    return 0;
}

#endif
}
