#include "transport/open_socket.hpp"

#include <engine_net/simulated_network.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <utility>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

constexpr std::array<std::uint8_t, 4> small{1, 2, 3, 4};

std::unique_ptr<DatagramSocket> open(SimulatedNetwork& network, std::uint16_t port) {
    return std::move(*open_socket(&network, "10.0.0.1", port));
}

Address at(std::uint16_t port) {
    return {0x0A00'0001, port};
}

/// The port that the next datagram comes from; 0 when there is none.
std::uint16_t next_sender(DatagramSocket& socket) {
    std::array<std::uint8_t, 64> buffer{};
    return socket.receive(buffer).from.port;
}

} // namespace

TEST_CASE("simulated_network: a datagram arrives after its delay, from its sender") {
    SimulatedNetwork network({.link = {.delay = 40ms}});
    const auto a = open(network, 1);
    const auto b = open(network, 2);
    network.advance_to(Time{1s});
    a->send(at(2), small);
    network.advance_to(Time{1s + 39ms});
    CHECK(next_sender(*b) == 0);
    network.advance_to(Time{1s + 40ms});
    CHECK(next_sender(*b) == 1);
    CHECK(next_sender(*b) == 0);
}

TEST_CASE("simulated_network: time never goes back") {
    SimulatedNetwork network({.link = {.delay = 40ms}});
    const auto a = open(network, 1);
    network.advance_to(Time{2s});
    network.advance_to(Time{1s});
    a->send(at(1), small);
    network.advance_to(Time{2s + 39ms});
    CHECK(next_sender(*a) == 0);
    network.advance_to(Time{2s + 40ms});
    CHECK(next_sender(*a) == 1);
}

TEST_CASE("simulated_network: a port is bound once, and free again after its socket") {
    SimulatedNetwork network({});
    auto first = open(network, 7777);
    const auto second = open_socket(&network, "10.0.0.1", 7777);
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error() == SocketError::port_in_use);
    first.reset();
    CHECK(open_socket(&network, "10.0.0.1", 7777).has_value());
}

TEST_CASE("simulated_network: sockets that do not ask get ports of their own") {
    SimulatedNetwork network({});
    const auto a = open(network, 0);
    const auto b = open(network, 0);
    CHECK(a->local_address().port >= 49'152);
    CHECK(b->local_address().port >= 49'152);
    CHECK(a->local_address().port != b->local_address().port);
}

TEST_CASE("simulated_network: a socket's own conditions take the place of those for all") {
    SimulatedNetwork network({.link = {.delay = 40ms}});
    network.set_conditions_of(1, {.delay = 10ms}, {.delay = 20ms});
    const auto a = open(network, 1);
    const auto b = open(network, 2);
    const auto c = open(network, 3);
    const auto arrived = [&](Duration after) {
        network.advance_to(Time{after});
        return std::to_string(next_sender(*a)) + std::to_string(next_sender(*b)) +
               std::to_string(next_sender(*c));
    };
    network.advance_to(Time{});
    a->send(at(2), small);
    b->send(at(1), small);
    b->send(at(3), small);
    CHECK(arrived(9ms) == "000");
    CHECK(arrived(10ms) == "010");
    CHECK(arrived(20ms) == "200");
    CHECK(arrived(39ms) == "000");
    CHECK(arrived(40ms) == "002");
}

TEST_CASE("simulated_network: the conditions of both ends add up") {
    SimulatedNetwork network({});
    network.set_conditions_of(1, {.delay = 10ms}, {});
    network.set_conditions_of(2, {}, {.delay = 20ms, .duplicate = 1});
    const auto a = open(network, 1);
    const auto b = open(network, 2);
    network.advance_to(Time{});
    a->send(at(2), small);
    network.advance_to(Time{29ms});
    CHECK(next_sender(*b) == 0);
    network.advance_to(Time{30ms});
    CHECK(next_sender(*b) == 1);
    CHECK(next_sender(*b) == 1);
}

TEST_CASE("simulated_network: after a rebind a socket is reached at its new port alone") {
    SimulatedNetwork network({.link = {.delay = 10ms}});
    const auto client = open(network, 1);
    const auto server = open(network, 2);
    network.advance_to(Time{});
    server->send(at(1), small); // on its way while the binding changes
    network.rebind(1, 11);
    client->send(at(2), small);
    server->send(at(1), small);
    server->send(at(11), small);

    network.advance_to(Time{10ms});
    CHECK(next_sender(*server) == 11);
    CHECK(next_sender(*client) == 2);
    CHECK(next_sender(*client) == 0);
    CHECK(network.datagrams_dropped() == 2);

    network.rebind(11, 12);
    server->send(at(12), small);
    network.advance_to(Time{20ms});
    CHECK(next_sender(*client) == 2);
}

TEST_CASE("simulated_network: the path drops what is longer than its MTU") {
    SimulatedNetwork network({});
    network.set_path_mtu(1200);
    const auto a = open(network, 1);
    const std::array<std::uint8_t, 1201> large{};
    a->send(at(1), std::span(large).first(1200));
    a->send(at(1), large);
    CHECK(next_sender(*a) == 1);
    CHECK(next_sender(*a) == 0);
    CHECK(network.datagrams_sent() == 2);
    CHECK(network.datagrams_dropped() == 1);
    CHECK(network.largest_datagram_bytes() == 1201);
}

TEST_CASE("simulated_network: what is sent to nobody is dropped") {
    SimulatedNetwork network({});
    open(network, 1)->send(at(9), small);
    CHECK(network.datagrams_dropped() == 1);
}

TEST_CASE("simulated_network: equal runs have equal digests") {
    const auto run = [](std::uint64_t seed, std::uint8_t content) {
        SimulatedNetwork network({.seed = seed, .link = {.jitter = 20ms, .loss = 0.3}});
        const auto a = open(network, 1);
        const auto b = open(network, 2);
        const std::array<std::uint8_t, 9> datagram{content};
        for (Time now{}; now < Time{1s}; now += 1ms) {
            network.advance_to(now);
            a->send(at(2), datagram);
            while (next_sender(*b) != 0) {
            }
        }
        return network.digest();
    };
    CHECK(run(1, 5) == run(1, 5));
    CHECK(run(1, 5) != run(2, 5));
    CHECK(run(1, 5) != run(1, 6));
}
