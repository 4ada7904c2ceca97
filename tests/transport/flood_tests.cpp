// What anyone may throw at a server's real socket.

#include "core/random.hpp"
#include "transport/host_pair.hpp"
#include "transport/secure/datagrams.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <numeric>
#include <vector>

using namespace engine_net;
using namespace engine_net::testing;

namespace {

/// A server and a player over UDP.
struct Match {
    Match() {
        to_server = *client->connect(server->local_address(), now);
        run_until([&] {
            return !at_server.connected.empty() && !at_client.connected.empty();
        });
    }
    static std::unique_ptr<DatagramSocket> socket() {
        return std::move(*open_socket(nullptr, "127.0.0.1", 0));
    }

    void step() {
        now += 1ms;
        server->receive(now, at_server);
        client->receive(now, at_client);
        server->flush(now);
        client->flush(now);
    }
    template <class Done>
    bool run_until(Done done) {
        for (int i = 0; i < 2'000 && !done(); ++i) step();
        return done();
    }
    [[nodiscard]] bool has_player() const {
        return at_server.connected.size() == 1 && at_client.connected.size() == 1;
    }
    /// The player plays on, and another gets in.
    void check_undisturbed() {
        const std::size_t heard = at_server.messages.size();
        client->send(to_server, Channel::events, bytes_of("still here"));
        CHECK(run_until([&] {
            return at_server.messages.size() == heard + 1;
        }));
        CHECK(server->peer_count() == 1);
        CHECK(at_server.disconnected.empty());
        const auto newcomer = open_host(socket(), {});
        Heard at_newcomer;
        newcomer->connect(server->local_address(), now);
        CHECK(run_until([&] {
            newcomer->receive(now, at_newcomer);
            newcomer->flush(now);
            return server->peer_count() == 2;
        }));
    }

    Time now{1s};
    std::unique_ptr<Host> server = open_host(socket(), {.max_peers = 8, .accepts = true});
    std::unique_ptr<Host> client = open_host(socket(), {});
    Heard at_server;
    Heard at_client;
    PeerId to_server;
};

} // namespace

TEST_CASE("flood: hellos from many ports take no slot, and no player's datagram is lost for them") {
    Match match;
    REQUIRE(match.has_player());
    constexpr int rounds = 200;
    std::vector<std::unique_ptr<DatagramSocket>> flooders;
    std::generate_n(std::back_inserter(flooders), 50, Match::socket);
    const Address to = match.server->local_address();
    for (int round = 0; round < rounds; ++round) {
        for (std::size_t i = 0; i < flooders.size(); ++i) {
            std::vector<std::uint8_t> hello;
            write(Hello{.version = secure_version, .ephemeral = {std::uint8_t(i)}}, hello);
            flooders[i]->send(to, hello);
            flooders[i]->send(to, hello);
        }
        match.client->send(match.to_server, Channel::inputs, bytes_of("an input"));
        match.step();
    }
    CHECK(match.run_until([&] {
        return match.at_server.messages.size() == rounds;
    }));
    CHECK(match.server->stats().secure.handshakes == 1);
    match.check_undisturbed();
}

TEST_CASE("flood: datagrams of every odd length do nothing, up to the longest that UDP carries") {
    Match match;
    REQUIRE(match.has_player());
    std::vector<std::size_t> lengths(13);
    std::iota(lengths.begin(), lengths.end(), 0); // 0 to 12
    lengths.insert(lengths.end(), {99, 1'199, 1'201, 1'500, 4'095, 4'096, 4'097, 9'000, 65'507});
    Random random(5);
    const auto stranger = Match::socket();
    std::uint64_t sent = 0;
    for (const std::size_t length : lengths) {
        for (int type = 0; type < 10; ++type) {
            std::vector<std::uint8_t> datagram(length);
            for (std::uint8_t& byte : datagram) byte = static_cast<std::uint8_t>(random.next());
            if (!datagram.empty()) datagram[0] = static_cast<std::uint8_t>(type);
            const auto status = stranger->send(match.server->local_address(), datagram);
            sent += status == DatagramSocket::Status::ok;
            match.step();
        }
    }
    CHECK(sent == lengths.size() * 10);
    const auto dropped = [&] {
        const SecureStats& stats = match.server->stats().secure;
        return stats.malformed + stats.unknown + stats.forged + stats.unproved;
    };
    CHECK(match.run_until([&] {
        return dropped() == sent;
    }));
    match.check_undisturbed();
}
