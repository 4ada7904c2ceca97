#pragma once

#include "transport/host.hpp"
#include "transport/open_socket.hpp"

#include <engine_net/limits.hpp>
#include <engine_net/simulated_network.hpp>

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace engine_net::testing {

using namespace std::chrono_literals;

inline constexpr std::uint16_t server_port = 7777;
inline constexpr Address server_address{0x0A00'0001, server_port};

/// Remembers all that a host tells.
struct Heard final : HostListener {
    struct Message {
        PeerId peer;
        Channel channel;
        std::vector<std::uint8_t> bytes;
    };

    void on_connect(PeerId peer) override { connected.push_back(peer); }
    void on_disconnect(PeerId peer) override { disconnected.push_back(peer); }
    void on_message(PeerId peer, Channel channel, Bytes message) override {
        messages.push_back({peer, channel, {message.begin(), message.end()}});
    }

    std::vector<PeerId> connected;
    std::vector<PeerId> disconnected;
    std::vector<Message> messages;
};

inline std::unique_ptr<Host> open_host(std::unique_ptr<DatagramSocket> socket,
                                       const HostConfig& config) {
    return std::move(*Host::open(config, std::move(socket)));
}

inline std::unique_ptr<Host>
open_host(SimulatedNetwork& network, std::uint16_t port, const HostConfig& config) {
    return open_host(std::move(*open_socket(&network, "10.0.0.1", port)), config);
}

inline std::unique_ptr<Host> open_server(SimulatedNetwork& network) {
    return open_host(network, server_port, {.max_peers = 8, .accepts = true, .seed = 1});
}

inline std::unique_ptr<Host> open_client(SimulatedNetwork& network) {
    return open_host(network, 0, {.max_peers = 1, .accepts = false, .seed = 2});
}

inline std::vector<std::uint8_t> bytes_of(const std::string& text) {
    return {text.begin(), text.end()};
}

/// A server and a client on a simulated network, stepped together every millisecond.
struct HostPair {
    explicit HostPair(SimulatedNetwork::Config config, Time start = Time{})
        : network(config), server(open_server(network)), client(open_client(network)), now(start) {
        network.advance_to(now);
    }

    void step() {
        now += 1ms;
        network.advance_to(now);
        server->receive(now, at_server);
        client->receive(now, at_client);
        server->flush(now);
        client->flush(now);
    }
    void run_for(Duration time) {
        for (const Time end = now + time; now < end;) step();
    }
    /// Steps until `done()`; false when `limit` passes first.
    template <class Done>
    bool run_until(Done done, Duration limit = 10s) {
        const Time end = now + limit;
        while (!done() && now < end) step();
        return done();
    }
    bool connect() {
        to_server = client->connect(server_address, now).value_or(PeerId{});
        const bool connected = run_until([&] {
            return !at_client.connected.empty() && !at_server.connected.empty();
        });
        if (connected) to_client = at_server.connected.back();
        return connected;
    }

    SimulatedNetwork network;
    std::unique_ptr<Host> server;
    std::unique_ptr<Host> client;
    Heard at_server;
    Heard at_client;
    PeerId to_server; ///< the client's name for the server
    PeerId to_client; ///< the server's name for the client
    Time now;
};

} // namespace engine_net::testing
