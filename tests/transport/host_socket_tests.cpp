#include "transport/host_pair.hpp"

#include <engine_net/limits.hpp>

#include <doctest/doctest.h>

using namespace engine_net;
using namespace engine_net::testing;

namespace {

/// Every other call to receive is an error, as on systems that report other hosts' troubles there.
class EveryOtherFails final : public DatagramSocket {
public:
    explicit EveryOtherFails(std::unique_ptr<DatagramSocket> inner) : inner_(std::move(inner)) {}

    void advance_to(Time now) override { inner_->advance_to(now); }
    Status send(const Address& to, Bytes datagram) override { return inner_->send(to, datagram); }
    Received receive(std::span<std::uint8_t> buffer) override {
        fails_ = !fails_;
        return fails_ ? Received{.status = Status::error} : inner_->receive(buffer);
    }
    void wait_until(Time deadline) override { inner_->wait_until(deadline); }
    [[nodiscard]] Address local_address() const override { return inner_->local_address(); }

private:
    std::unique_ptr<DatagramSocket> inner_;
    bool fails_ = false;
};

} // namespace

TEST_CASE("host: errors of the socket hide no datagram") { // A40
    SimulatedNetwork network({});
    auto socket = std::move(*open_socket(&network, "10.0.0.1", server_port));
    const auto server = open_host(std::make_unique<EveryOtherFails>(std::move(socket)),
                                  {.max_peers = 8, .accepts = true});
    std::vector<std::unique_ptr<Host>> clients;
    std::vector<PeerId> servers;
    Heard at_server;
    Heard at_clients;
    for (int i = 0; i < 8; ++i) {
        clients.push_back(open_client(network));
        servers.push_back(*clients.back()->connect(server_address, Time{}));
    }
    for (Time now{}; now < Time{10ms}; now += 1ms) {
        network.advance_to(now);
        for (auto& client : clients) client->receive(now, at_clients);
        for (auto& client : clients) client->flush(now);
        server->receive(now, at_server);
        server->flush(now);
    }
    REQUIRE(at_server.connected.size() == 8);

    for (std::size_t i = 0; i < clients.size(); ++i) {
        clients[i]->send(servers[i], Channel::inputs, bytes_of("input"));
        clients[i]->flush(Time{10ms});
    }
    network.advance_to(Time{10ms});
    server->receive(Time{10ms}, at_server);
    CHECK(at_server.messages.size() == 8);
    CHECK(server->stats().receive_errors >= 8);
}

TEST_CASE("host: one receive handles a bounded number of datagrams, the next one the rest") {
    SimulatedNetwork network({});
    const auto server = open_host(
        network, server_port, {.max_peers = 2, .accepts = true, .max_datagrams_per_receive = 10});
    const auto flooder = std::move(*open_socket(&network, "10.0.0.1", 0));
    for (int i = 0; i < 25; ++i) flooder->send(server_address, bytes_of("garbage"));
    network.advance_to(Time{});
    Heard heard;
    server->receive(Time{}, heard);
    CHECK(server->stats().datagrams_in == 10);
    CHECK(server->stats().receive_bound_reached == 1);
    server->receive(Time{}, heard);
    server->receive(Time{}, heard);
    CHECK(server->stats().datagrams_in == 25);
    CHECK(server->stats().receive_bound_reached == 2);
}

TEST_CASE("host: over real UDP on this machine a message arrives") {
    const auto server = open_host(std::move(*open_socket(nullptr, "127.0.0.1", 0)),
                                  {.max_peers = 2, .accepts = true});
    const auto client = open_host(std::move(*open_socket(nullptr, "127.0.0.1", 0)), {});
    const PeerId to_server = *client->connect(server->local_address(), Clock::now());
    Heard at_server;
    Heard at_client;
    const Time give_up = Clock::now() + 10s;
    while (at_server.messages.empty() && Clock::now() < give_up) {
        const Time now = Clock::now();
        client->receive(now, at_client);
        if (!at_client.connected.empty()) {
            client->send(to_server, Channel::control, bytes_of("hello"));
        }
        client->flush(now);
        server->wait_until(now + 1ms);
        server->receive(now, at_server);
        server->flush(now);
    }
    REQUIRE_FALSE(at_server.messages.empty());
    CHECK(at_server.messages[0].bytes == bytes_of("hello"));
    CHECK(server->stats().bytes_in == client->stats().bytes_out);
}

TEST_CASE("host: what several threads send to one address arrives in its order") {
    constexpr std::size_t clients = 5;
    constexpr std::uint8_t messages = 60;
    const std::vector<std::uint8_t> filling(1000);
    WorkerThreads threads(3);
    const auto server = open_host(std::move(*open_socket(nullptr, "127.0.0.1", 0)),
                                  {.max_peers = clients, .accepts = true, .seed = 1});
    std::vector<std::unique_ptr<Host>> hosts;
    std::vector<Heard> heard(clients);
    Heard at_server;
    Time now{};
    for (std::size_t i = 0; i < clients; ++i) {
        hosts.push_back(open_host(std::move(*open_socket(nullptr, "127.0.0.1", 0)), {}));
        hosts.back()->connect(server->local_address(), now);
    }
    const auto step = [&] {
        now += 1ms;
        server->receive(now, at_server);
        server->flush(now, &threads);
        for (std::size_t i = 0; i < clients; ++i) {
            hosts[i]->receive(now, heard[i]);
            hosts[i]->flush(now);
        }
    };
    for (int i = 0; i < 1000 && at_server.connected.size() < clients; ++i) step();
    REQUIRE(at_server.connected.size() == clients);

    const std::uint64_t before = server->stats().datagrams_out;
    for (const PeerId peer : at_server.connected) {
        for (std::uint8_t number = 0; number < messages; ++number) {
            std::vector<std::uint8_t> message = filling;
            message[0] = number;
            CHECK(server->send(peer, Channel::snapshots, message));
        }
    }
    for (int i = 0; i < 100; ++i) step();
    CHECK(server->stats().datagrams_out - before >= clients * messages);
    for (const Heard& client : heard) {
        REQUIRE(client.messages.size() == messages);
        for (std::uint8_t number = 0; number < messages; ++number)
            CHECK(client.messages[number].bytes[0] == number);
    }
}
