#pragma once

#include "transport/host_pair.hpp"

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

namespace engine_net::testing {

using Datagram = std::vector<std::uint8_t>;

/// A socket that remembers all that goes through it, and can be given more.
class Tapped final : public DatagramSocket {
public:
    explicit Tapped(std::unique_ptr<DatagramSocket> inner) : inner_(std::move(inner)) {}

    void advance_to(Time now) override { inner_->advance_to(now); }
    Status send(const Address& to, Bytes datagram) override {
        sent.emplace_back(datagram.begin(), datagram.end());
        sent_to.push_back(to);
        return inner_->send(to, datagram);
    }
    Received receive(std::span<std::uint8_t> buffer) override {
        if (injected.empty()) {
            const Received received = inner_->receive(buffer);
            if (received.status == Status::ok) {
                came.emplace_back(buffer.begin(),
                                  buffer.begin() + static_cast<std::ptrdiff_t>(received.bytes));
                from = received.from;
            }
            return received;
        }
        const Datagram datagram = std::move(injected.back());
        injected.pop_back();
        std::copy(datagram.begin(), datagram.end(), buffer.begin());
        return {.status = Status::ok, .bytes = datagram.size(), .from = injected_from};
    }
    void wait_until(Time deadline) override { inner_->wait_until(deadline); }
    [[nodiscard]] Address local_address() const override { return inner_->local_address(); }

    std::vector<Datagram> sent;
    std::vector<Address> sent_to; ///< each of them
    std::vector<Datagram> came;
    Address from;                   ///< of the newest one
    std::vector<Datagram> injected; ///< the last one first
    Address injected_from;

private:
    std::unique_ptr<DatagramSocket> inner_;
};

/// A server behind a tap, and a client.
struct TappedPair : HostPair {
    explicit TappedPair(SimulatedNetwork::Config config = {},
                        HostConfig client_config = {},
                        HostConfig server_config = {})
        : HostPair(config) {
        server.reset(); // its port is the other's
        auto tapped = std::make_unique<Tapped>(std::move(*open_socket(&network, "", server_port)));
        tap = tapped.get();
        server_config.max_peers = 8;
        server_config.accepts = true;
        server_config.seed = 1;
        server = open_host(std::move(tapped), server_config);
        client_config.seed = 2;
        client = open_host(network, 0, client_config);
    }

    /// Goes on for a while, so that nothing is on its way.
    bool connect() {
        to_server = *client->connect(server_address, now);
        run_for(3s);
        if (at_server.connected.empty() || at_client.connected.empty()) return false;
        to_client = at_server.connected.back();
        return true;
    }
    /// As if they had come from the client's address.
    void inject(std::vector<Datagram> datagrams) {
        tap->injected = std::move(datagrams);
        tap->injected_from = server->link_of(to_client) ? server->link_of(to_client)->address
                                                        : Address{0x0A00'0001, 60'000};
        step();
    }
    [[nodiscard]] SecureStats stats() const { return server->stats().secure; }

    Tapped* tap = nullptr;
};

} // namespace engine_net::testing
