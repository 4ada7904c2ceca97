#include "transport/host_pair.hpp"

#include <engine_net/limits.hpp>

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace engine_net;
using namespace engine_net::testing;

TEST_CASE("host: a message of each channel arrives, both ways") {
    HostPair pair({.link = {.delay = 20ms}});
    REQUIRE(pair.connect());
    for (std::size_t channel = 0; channel < channel_count; ++channel) {
        CHECK(pair.client->send(pair.to_server, Channel(channel), bytes_of("up")));
        CHECK(pair.server->send(pair.to_client, Channel(channel), bytes_of("down")));
    }
    pair.run_for(100ms);
    REQUIRE(pair.at_server.messages.size() == channel_count);
    REQUIRE(pair.at_client.messages.size() == channel_count);
    for (std::size_t channel = 0; channel < channel_count; ++channel) {
        CHECK(pair.at_server.messages[channel].channel == Channel(channel));
        CHECK(pair.at_server.messages[channel].bytes == bytes_of("up"));
        CHECK(pair.at_client.messages[channel].bytes == bytes_of("down"));
    }
}

TEST_CASE("host: what is said on connecting arrives with the next datagram") {
    HostPair pair({.link = {.delay = 20ms}});
    pair.to_server = *pair.client->connect(server_address, pair.now);
    REQUIRE(pair.run_until([&] {
        return !pair.at_client.connected.empty();
    }));
    pair.client->send(pair.to_server, Channel::control, bytes_of("join"));
    const Time asked = pair.now;
    REQUIRE(pair.run_until([&] {
        return !pair.at_server.messages.empty();
    }));
    CHECK(pair.now - asked <= 22ms);
}

TEST_CASE("host: an acknowledgement travels with the tick's messages") {
    HostPair pair({.link = {.delay = 20ms}});
    REQUIRE(pair.connect());
    pair.run_for(100ms);
    pair.client->send(pair.to_server, Channel::control, bytes_of("question"));
    pair.run_until([&] {
        return !pair.at_server.messages.empty();
    });

    const std::uint64_t before = pair.server->stats().datagrams_out;
    pair.client->send(pair.to_server, Channel::control, bytes_of("question"));
    for (Time end = pair.now + 50ms; pair.now < end;) {
        pair.now += 1ms;
        pair.network.advance_to(pair.now);
        pair.client->receive(pair.now, pair.at_client);
        pair.client->flush(pair.now);
        const std::size_t heard = pair.at_server.messages.size();
        pair.server->receive(pair.now, pair.at_server);
        if (pair.at_server.messages.size() > heard) {
            pair.server->send(pair.to_client, Channel::control, bytes_of("answer"));
        }
        pair.server->flush(pair.now);
    }
    CHECK(pair.server->stats().datagrams_out == before + 1);
}

TEST_CASE("host: an id is not used again, and an old one does nothing") {
    HostPair pair({});
    REQUIRE(pair.connect());
    const PeerId old = pair.to_client;
    pair.server->drop(old);
    pair.client->drop(pair.to_server);
    pair.at_server.connected.clear();
    pair.at_client.connected.clear();
    REQUIRE(pair.connect());

    CHECK(pair.to_client != old);
    CHECK_FALSE(pair.server->send(old, Channel::control, bytes_of("late")));
    CHECK_FALSE(pair.server->link_of(old).has_value());
    pair.server->drop(old);
    pair.server->disconnect_now(old);
    pair.server->disconnect_later(old);
    CHECK(pair.server->peer_count() == 1);
    CHECK(pair.server->link_of(pair.to_client).has_value());
}

TEST_CASE("host: leaving politely delivers what was sent before") { // A03
    HostPair pair({.seed = 3, .link = {.delay = 40ms, .loss = 0.02}});
    REQUIRE(pair.connect());
    for (int i = 0; i < 100; ++i) {
        pair.client->send(pair.to_server, Channel::events, bytes_of(std::to_string(i)));
    }
    pair.client->disconnect_later(pair.to_server);
    REQUIRE(pair.run_until([&] {
        return !pair.at_client.disconnected.empty();
    }));
    CHECK(pair.at_server.messages.size() == 100);
    CHECK(pair.at_server.disconnected == std::vector{pair.to_client});
    CHECK(pair.at_client.disconnected == std::vector{pair.to_server});
    CHECK(pair.server->peer_count() == 0);
    CHECK(pair.client->peer_count() == 0);
}

TEST_CASE("host: messages that came just before a goodbye are told before it") {
    HostPair pair({});
    REQUIRE(pair.connect());
    pair.run_for(10ms);
    pair.client->send(pair.to_server, Channel::events, bytes_of("last words"));
    pair.client->flush(pair.now);
    pair.client->disconnect_now(pair.to_server);
    pair.client->flush(pair.now);
    pair.server->receive(pair.now, pair.at_server);
    REQUIRE(pair.at_server.messages.size() == 1);
    CHECK(pair.at_server.messages[0].bytes == bytes_of("last words"));
    CHECK(pair.at_server.disconnected == std::vector{pair.to_client});
}

TEST_CASE("host: disconnecting at once tells the other end, dropping does not") {
    HostPair pair({});
    REQUIRE(pair.connect());
    SUBCASE("at once") {
        pair.client->disconnect_now(pair.to_server);
        pair.run_for(100ms);
        CHECK(pair.at_server.disconnected == std::vector{pair.to_client});
    }
    SUBCASE("dropping") {
        pair.client->drop(pair.to_server);
        pair.run_for(60s);
        CHECK(pair.at_server.disconnected.empty());
    }
    CHECK(pair.at_client.disconnected.empty());
    CHECK(pair.client->peer_count() == 0);
}

TEST_CASE("host: leaving ends by itself when the other end is gone") {
    HostPair pair({});
    REQUIRE(pair.connect());
    pair.network.set_conditions({.blackout = true});
    pair.client->send(pair.to_server, Channel::events, bytes_of("never arrives"));
    pair.client->disconnect_later(pair.to_server);
    const Time left = pair.now;
    REQUIRE(pair.run_until(
        [&] {
            return !pair.at_client.disconnected.empty();
        },
        60s));
    CHECK(pair.now - left >= 5s);
    CHECK(pair.now - left < 12s);
}

TEST_CASE("host: connecting to nobody fails, and the next attempt works") { // A02
    HostPair pair({});
    const PeerId nobody = *pair.client->connect({server_address.host, 9}, pair.now);
    CHECK_FALSE(pair.client->connect(server_address, pair.now).has_value()); // no peer is free
    SUBCASE("when the caller gives up") {
        pair.run_for(5s);
        CHECK(pair.at_client.disconnected.empty());
        pair.client->drop(nobody);
        pair.run_for(1s);
        CHECK(pair.at_client.disconnected.empty());
    }
    SUBCASE("when the caller gives up politely") {
        pair.client->disconnect_later(nobody);
        pair.run_for(1ms);
        CHECK(pair.at_client.disconnected == std::vector{nobody});
    }
    SUBCASE("when the caller waits") {
        REQUIRE(pair.run_until(
            [&] {
                return !pair.at_client.disconnected.empty();
            },
            90s));
        CHECK(pair.at_client.disconnected == std::vector{nobody});
        CHECK(pair.now.time_since_epoch() >= 30s);
        CHECK(pair.now.time_since_epoch() < 65s);
    }
    CHECK(pair.client->peer_count() == 0);
    CHECK(pair.connect());
}

TEST_CASE("host: one that only connects takes no connections") {
    SimulatedNetwork network({});
    const auto listener = open_host(network, server_port, {.max_peers = 2});
    const auto caller = open_client(network);
    Heard heard;
    caller->connect(server_address, Time{});
    for (Time now{}; now < Time{2s}; now += 1ms) {
        network.advance_to(now);
        caller->flush(now);
        listener->receive(now, heard);
        listener->flush(now);
        caller->receive(now, heard);
    }
    CHECK(heard.connected.empty());
    CHECK(listener->stats().secure.malformed > 0);
}

TEST_CASE("host: a peer that is silent for an hour is still there") {
    HostPair pair({});
    REQUIRE(pair.connect());
    pair.server->send(pair.to_client, Channel::control, bytes_of("first"));
    pair.network.set_conditions({.blackout = true});
    for (int i = 0; i < 3600; ++i) {
        pair.now += 1s;
        pair.step();
    }
    pair.network.set_conditions({});
    pair.client->send(pair.to_server, Channel::inputs, bytes_of("back"));
    pair.run_for(1s);
    CHECK(pair.at_server.disconnected.empty());
    CHECK(pair.at_client.messages.size() == 1);
    CHECK(pair.at_server.messages.size() == 1);
}

TEST_CASE("host: reliable data waits up to 1 MB, then is refused until some has arrived") {
    HostPair pair({.link = {.delay = 5ms}});
    REQUIRE(pair.connect());
    const std::vector<std::uint8_t> large(max_reliable_message_bytes, 7);
    std::size_t taken = 0;
    while (pair.client->send(pair.to_server, Channel::bulk, large)) ++taken;
    CHECK(taken == 16);
    CHECK(pair.client->link_of(pair.to_server)->reliable_bytes_waiting == 1024 * 1024);
    CHECK(pair.client->send(pair.to_server, Channel::inputs, bytes_of("unreliable")));

    REQUIRE(pair.run_until([&] {
        return pair.at_server.messages.size() == taken + 1;
    }));
    pair.run_for(20ms);
    CHECK(pair.client->link_of(pair.to_server)->reliable_bytes_waiting == 0);
    CHECK(pair.client->send(pair.to_server, Channel::bulk, large));
}

TEST_CASE("host: a link's round trip is measured") {
    HostPair pair({.link = {.delay = 40ms}});
    REQUIRE(pair.connect());
    pair.run_for(10s);
    const auto link = pair.client->link_of(pair.to_server);
    REQUIRE(link.has_value());
    CHECK(link->address == server_address);
    CHECK(link->round_trip >= 80ms);
    CHECK(link->round_trip <= 84ms);
}

TEST_CASE("host: a listener may drop the peer that it hears of") {
    class Dropper final : public HostListener {
    public:
        explicit Dropper(Host& host) : host_(host) {}
        void on_connect(PeerId) override {}
        void on_disconnect(PeerId) override { ++disconnected; }
        void on_message(PeerId peer, Channel, Bytes) override {
            ++messages;
            host_.drop(peer);
        }
        int disconnected = 0;
        int messages = 0;

    private:
        Host& host_;
    };
    HostPair pair({});
    REQUIRE(pair.connect());
    for (int i = 0; i < 10; ++i) {
        pair.client->send(pair.to_server, Channel::events, bytes_of("message"));
        pair.client->send(pair.to_server, Channel::inputs, bytes_of("message"));
    }
    pair.client->flush(pair.now);
    Dropper dropper(*pair.server);
    pair.server->receive(pair.now, dropper);
    CHECK(dropper.messages == 1);
    CHECK(dropper.disconnected == 0);
    CHECK(pair.server->peer_count() == 0);
}

TEST_CASE("host: more peers than one ENet host holds share a socket" *
          doctest::test_suite("long, many seeds")) {
    constexpr std::size_t count = 5'000;
    SimulatedNetwork network({});
    const auto server = open_host(network,
                                  server_port,
                                  {.max_peers = count,
                                   .accepts = true,
                                   .seed = 1,
                                   .address_limits = {.connections = 0, .attempts_per_second = 0}});
    const auto clients = open_host(network, 0, {.max_peers = count, .seed = 2});
    Heard at_server;
    Heard at_clients;
    Time now{};
    const auto step = [&] {
        now += 10ms;
        network.advance_to(now);
        server->receive(now, at_server);
        clients->receive(now, at_clients);
        server->flush(now);
        clients->flush(now);
    };
    for (std::size_t i = 0; i < count; ++i) REQUIRE(clients->connect(server_address, now));
    CHECK_FALSE(clients->connect(server_address, now));
    for (int i = 0; i < 2'000 && server->peer_count() + at_clients.connected.size() < 2 * count;
         ++i)
        step();
    REQUIRE(at_server.connected.size() == count);
    REQUIRE(at_clients.connected.size() == count);
    CHECK(server->peer_count() == count);
    CHECK(std::set(at_server.connected.begin(), at_server.connected.end()).size() == count);

    for (const PeerId peer : at_server.connected) {
        const std::string name = std::to_string(peer.value);
        CHECK(server->send(peer, Channel::events, bytes_of(name)));
    }
    for (int i = 0; i < 10; ++i) step();
    std::set<std::vector<std::uint8_t>> told;
    for (const Heard::Message& message : at_clients.messages) told.insert(message.bytes);
    CHECK(told.size() == count);

    const std::size_t gone = count / 2;
    for (std::size_t i = 0; i < gone; ++i) server->disconnect_later(at_server.connected[i]);
    for (int i = 0; i < 100; ++i) step();
    CHECK(at_server.disconnected.size() == gone);
    CHECK(at_clients.disconnected.size() == gone);
    CHECK(server->peer_count() == count - gone);
    for (std::size_t i = 0; i < gone; ++i) CHECK(clients->connect(server_address, now));
    for (int i = 0; i < 2'000 && server->peer_count() < count; ++i) step();
    CHECK(server->peer_count() == count);
}
