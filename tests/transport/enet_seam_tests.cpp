#include "transport/enet_seam.hpp"
#include "transport/host_pair.hpp"

#include <doctest/doctest.h>

#include <array>
#include <thread>

using namespace engine_net;
using namespace engine_net::testing;

namespace {

class Silent final : public EnetSocket {
    void send(const ENetAddress&, std::span<const ENetBuffer>) override {}
    std::size_t receive(ENetAddress&, std::span<std::uint8_t>) override { return 0; }
};

/// Two hosts of a game's own, made by plain ENet; whether one reaches the other.
bool plain_enet_works() {
    ENetAddress address{ENET_HOST_TO_NET_32(0x7F00'0001), 0};
    ENetHost* const server = enet_host_create(&address, 1, 1, 0, 0);
    ENetHost* const client = enet_host_create(nullptr, 1, 1, 0, 0);
    if (server == nullptr || client == nullptr) return false;
    enet_socket_get_address(server->socket, &address);
    address.host = ENET_HOST_TO_NET_32(0x7F00'0001);
    enet_host_connect(client, &address, 1, 0);
    bool connected = false;
    const Time give_up = Clock::now() + 10s;
    while (!connected && Clock::now() < give_up) {
        ENetEvent event;
        enet_host_service(server, &event, 1);
        connected = enet_host_service(client, &event, 1) > 0;
    }
    enet_host_destroy(client);
    enet_host_destroy(server);
    return connected;
}

/// Plays some seconds of a lossy link; its digest.
std::uint64_t play(std::uint64_t seed) {
    HostPair pair({.seed = seed, .link = {.delay = 20ms, .loss = 0.1}});
    if (!pair.connect()) return 0;
    for (int i = 0; i < 500; ++i) {
        pair.client->send(pair.to_server, Channel::events, bytes_of("event"));
        pair.server->send(pair.to_client, Channel::snapshots, bytes_of("snapshot"));
        pair.run_for(10ms);
    }
    return pair.network.digest();
}

} // namespace

TEST_CASE("enet_seam: ENet's time is that of the innermost call") {
    Silent socket;
    const EnetCall outer(socket, Time{5s});
    CHECK(enet_time_get() == 5000);
    {
        const EnetCall inner(socket, Time{7s});
        CHECK(enet_time_get() == 7000);
        const EnetCallSuspended suspended;
        CHECK(enet_time_get() != 7000);
    }
    CHECK(enet_time_get() == 5000);
}

TEST_CASE("enet_seam: time wraps, also before its beginning") {
    CHECK(to_enet_time(Time{}) == 0);
    CHECK(to_enet_time(Time{1999us}) == 1);
    CHECK(to_enet_time(Time{-1us}) == 0xFFFF'FFFF);
    CHECK(to_enet_time(Time{std::chrono::milliseconds(1LL << 32)}) == 0);
}

TEST_CASE("enet_seam: ENet hosts that are not ours keep their own sockets and time") {
    CHECK(plain_enet_works());

    class Nested final : public HostListener {
    public:
        void on_connect(PeerId) override { worked = plain_enet_works(); }
        void on_disconnect(PeerId) override {}
        void on_message(PeerId, Channel, Bytes) override {}
        bool worked = false;
    };
    HostPair pair({});
    pair.client->connect(server_address, pair.now);
    Nested at_server;
    for (int i = 0; i < 10; ++i) {
        pair.now += 1ms;
        pair.network.advance_to(pair.now);
        pair.client->receive(pair.now, pair.at_client);
        pair.client->flush(pair.now);
        pair.server->receive(pair.now, at_server);
        pair.server->flush(pair.now);
    }
    CHECK(at_server.worked);
}

TEST_CASE("enet_seam: hosts on several threads do not meet") {
    constexpr std::size_t count = 4;
    std::array<std::uint64_t, count> digests{};
    std::array<std::thread, count> threads;
    for (std::size_t i = 0; i < count; ++i) {
        threads[i] = std::thread([&digests, i] {
            digests[i] = play(i);
        });
    }
    for (std::thread& thread : threads) thread.join();
    for (std::size_t i = 0; i < count; ++i) {
        CHECK(digests[i] != 0);
        CHECK(digests[i] == play(i));
    }
}
