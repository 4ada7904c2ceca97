// What an attacker can do to a connection, and what a changed address does.

#include "core/random.hpp"
#include "transport/secure/datagrams.hpp"
#include "transport/tapped_pair.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

using namespace engine_net;
using namespace engine_net::testing;

namespace {

constexpr DatagramType type_of(const Datagram& datagram) {
    return static_cast<DatagramType>(datagram[0]);
}

/// Sends as many to a server, with right addresses and headers of every type.
void forge(std::size_t count) {
    TappedPair pair;
    REQUIRE(pair.connect());
    pair.client->send(pair.to_server, Channel::events, bytes_of("before"));
    pair.run_for(50ms);
    const SecureStats before = pair.stats();
    const auto sealed = std::ranges::find_if(pair.tap->came, [](const Datagram& datagram) {
        return type_of(datagram) == DatagramType::data;
    });
    REQUIRE(sealed != pair.tap->came.end());

    Random random(3);
    std::size_t forged = 0;
    while (forged < count) {
        std::vector<Datagram> datagrams;
        for (int i = 0; i < 1'000; ++i) {
            Datagram datagram = *sealed;
            datagram[0] = static_cast<std::uint8_t>(static_cast<std::uint8_t>(DatagramType::data) +
                                                    random.next_below(3));
            const auto sequence =
                static_cast<std::uint32_t>(1'000'000 + random.next_below(1'000'000));
            std::copy_n(reinterpret_cast<const std::uint8_t*>(&sequence), 4, datagram.begin() + 5);
            for (std::size_t at = sealed_header_bytes; at < datagram.size(); ++at)
                datagram[at] = static_cast<std::uint8_t>(random.next());
            datagrams.push_back(std::move(datagram));
        }
        forged += datagrams.size();
        pair.inject(std::move(datagrams));
    }
    CHECK(pair.stats().forged - before.forged == forged);
    pair.client->send(pair.to_server, Channel::events, bytes_of("after"));
    pair.run_for(50ms);
    REQUIRE(pair.at_server.messages.size() == 2);
    CHECK(pair.at_server.messages[1].bytes == bytes_of("after"));
    CHECK(pair.at_server.disconnected.empty());
    CHECK(pair.stats().migrations == 0);
}

} // namespace

TEST_CASE("secure: nothing but type, connection and sequence can be read on the wire") {
    TappedPair pair;
    REQUIRE(pair.connect());
    const Datagram secret = bytes_of("who reads this has broken the seal");
    pair.client->send(pair.to_server, Channel::events, secret);
    pair.server->send(pair.to_client, Channel::snapshots, secret);
    pair.run_for(100ms);
    REQUIRE(!pair.at_server.messages.empty());
    CHECK(pair.at_server.messages.back().bytes == secret);
    REQUIRE(!pair.at_client.messages.empty());
    for (const auto* datagrams : {&pair.tap->sent, &pair.tap->came}) {
        for (const Datagram& datagram : *datagrams) {
            CHECK(std::search(datagram.begin(), datagram.end(), secret.begin(), secret.end()) ==
                  datagram.end());
        }
    }
}

TEST_CASE("secure: where one end has no fast AES both seal with ChaCha20") {
    for (const auto& [client, server] : {std::pair(false, true), std::pair(true, false)}) {
        // Without the hardware there is nothing to choose.
        const bool is_fast = has_fast_aes();
        TappedPair pair(
            {}, {.has_fast_aes = client && is_fast}, {.has_fast_aes = server && is_fast});
        REQUIRE(pair.connect());
        pair.client->send(pair.to_server, Channel::events, bytes_of("up"));
        pair.server->send(pair.to_client, Channel::events, bytes_of("down"));
        pair.run_for(50ms);
        CHECK(pair.at_server.messages.size() == 1);
        CHECK(pair.at_client.messages.size() == 1);
    }
}

TEST_CASE("secure: an answer is never longer than its question") {
    TappedPair pair;
    REQUIRE(pair.connect());
    std::size_t asked = 0;
    for (const Datagram& came : pair.tap->came) asked += type_of(came) == DatagramType::hello;
    std::size_t challenged = 0;
    for (const Datagram& sent : pair.tap->sent) {
        if (type_of(sent) != DatagramType::challenge) continue;
        ++challenged;
        CHECK(sent.size() <= hello_bytes);
    }
    CHECK(challenged >= 1);
    CHECK(challenged <= asked);
}

TEST_CASE("secure: hellos of anybody take no slot, and a player gets in among them") { // A42
    TappedPair pair;
    std::vector<Datagram> hellos;
    for (std::uint32_t i = 0; i < 8'000; ++i) {
        Hello hello{.version = secure_version};
        std::copy_n(reinterpret_cast<const std::uint8_t*>(&i), sizeof i, hello.ephemeral.begin());
        write(hello, hellos.emplace_back());
    }
    pair.inject(hellos);
    CHECK(pair.server->peer_count() == 0);
    CHECK(pair.stats().handshakes == 0);
    CHECK(pair.connect());
}

TEST_CASE("secure: of 40,000 forged datagrams nothing changes, and each is counted") {
    forge(40'000);
}

TEST_CASE("secure: of a million forged datagrams nothing changes, and each is counted" *
          doctest::test_suite("long, many seeds")) {
    forge(1'000'000);
}

TEST_CASE("secure: all behind the header of a datagram looks like noise") {
    TappedPair pair;
    REQUIRE(pair.connect());
    pair.tap->came.clear();
    constexpr std::size_t count = 600;
    for (std::size_t i = 0; i < count; ++i) {
        pair.client->send(pair.to_server, Channel::inputs, bytes_of("always the same"));
        pair.run_for(2ms);
    }
    std::map<std::size_t, std::vector<Datagram>> by_length;
    for (const Datagram& came : pair.tap->came) {
        CHECK(type_of(came) == DatagramType::data);
        by_length[came.size()].push_back(came);
    }
    const auto& alike = std::ranges::max_element(by_length, {}, [](const auto& entry) {
                            return entry.second.size();
                        })->second;
    REQUIRE(alike.size() > count / 2);
    for (std::size_t at = sealed_header_bytes; at < alike.front().size(); ++at) {
        std::set<std::uint8_t> values;
        for (const Datagram& datagram : alike) values.insert(datagram[at]);
        CAPTURE(at);
        CHECK(values.size() >
              150); // of 256; by chance 80 fewer once in more runs than there will be
    }
}

TEST_CASE("secure: who has proved nothing is never sent more than it has sent") {
    TappedPair pair;
    REQUIRE(pair.connect());
    const std::vector<Datagram> recorded = pair.tap->came;
    // All kinds of datagrams, whole and not, from an address that has proved nothing.
    Random random(6);
    for (int i = 0; i < 3'000; ++i) {
        Datagram datagram = recorded[random.next_below(recorded.size())];
        if (random.next_chance(0.5)) datagram.resize(random.next_below(datagram.size() + 1));
        if (random.next_chance(0.3) && !datagram.empty())
            datagram[0] = std::uint8_t(random.next_below(10));
        if (datagram.empty()) continue;
        const std::size_t bytes = datagram.size();
        pair.tap->sent.clear();
        pair.tap->sent_to.clear();
        pair.tap->injected = {std::move(datagram)};
        pair.tap->injected_from = {0x0A00'0009, 999};
        pair.step();
        std::size_t answered = 0;
        for (std::size_t k = 0; k < pair.tap->sent.size(); ++k) {
            if (pair.tap->sent_to[k] == pair.tap->injected_from)
                answered += pair.tap->sent[k].size();
        }
        CHECK(answered <= bytes);
    }
}

TEST_CASE("secure: who sends more than a tick's share loses the rest, and nobody else does") {
    TappedPair pair;
    REQUIRE(pair.connect());
    const auto other = open_host(pair.network, 0, {.seed = 7});
    Heard at_other;
    const PeerId from_other = *other->connect(server_address, pair.now);
    for (int i = 0; i < 500 && pair.at_server.connected.size() < 2; ++i) {
        pair.step();
        other->receive(pair.now, at_other);
        other->flush(pair.now);
    }
    REQUIRE(pair.at_server.connected.size() == 2);
    const std::vector<std::uint8_t> large(1'000, 7);
    constexpr std::size_t sent = 1'500;
    for (std::size_t i = 0; i < sent; ++i)
        pair.client->send(pair.to_server, Channel::inputs, large);
    other->send(from_other, Channel::inputs, bytes_of("mine"));
    pair.client->flush(pair.now);
    other->flush(pair.now);
    pair.step();
    CHECK(pair.stats().over_share > sent - 1'100);
    CHECK(pair.at_server.messages.size() + pair.stats().over_share >= sent + 1);
    CHECK(pair.at_server.messages.back().bytes == bytes_of("mine"));
    CHECK(pair.server->peer_count() == 2);
}

TEST_CASE("secure: what was recorded and is sent again does nothing twice, in order or not") {
    TappedPair pair;
    REQUIRE(pair.connect());
    for (int i = 0; i < 20; ++i) {
        pair.client->send(pair.to_server, Channel::inputs, bytes_of("once"));
        pair.client->send(pair.to_server, Channel::events, bytes_of("once"));
        pair.run_for(10ms);
    }
    const std::size_t heard = pair.at_server.messages.size();
    std::vector<Datagram> recorded = pair.tap->came;
    SUBCASE("in order") {
        std::ranges::reverse(recorded);
    }
    SUBCASE("the other way round") {}
    pair.inject(recorded);
    pair.run_for(3s);
    CHECK(pair.at_server.messages.size() == heard);
    CHECK(pair.at_server.connected.size() == 1);
    CHECK(pair.server->peer_count() == 1);
    CHECK(pair.stats().handshakes == 1);
    CHECK(pair.stats().replayed > 20);
}

TEST_CASE("secure: who sends another's request again uses up nothing of that address's share") {
    TappedPair pair({}, {}, {.address_limits = {.attempts_per_second = 1}});
    REQUIRE(pair.connect());
    const auto request = std::ranges::find_if(pair.tap->came, [](const Datagram& datagram) {
        return type_of(datagram) == DatagramType::request;
    });
    REQUIRE(request != pair.tap->came.end());
    pair.inject(std::vector<Datagram>(100, *request));
    CHECK(pair.stats().replayed == 100);
    const auto other = open_host(pair.network, 0, {.seed = 8});
    Heard at_other;
    other->connect(server_address, pair.now);
    for (int i = 0; i < 200 && at_other.connected.empty(); ++i) {
        pair.step();
        other->receive(pair.now, at_other);
        other->flush(pair.now);
    }
    CHECK(at_other.connected.size() == 1);
    CHECK(pair.stats().over_limit == 0);
}

TEST_CASE("secure: shortened, lengthened, flipped and random datagrams do nothing") {
    TappedPair pair;
    REQUIRE(pair.connect());
    const std::vector<Datagram> recorded = pair.tap->came;
    Random random(4);
    const auto flip = [&](std::uint8_t& byte) {
        byte = static_cast<std::uint8_t>(byte ^ 1u << random.next_below(8));
    };
    std::vector<Datagram> datagrams;
    for (int i = 0; i < 10'000; ++i) {
        Datagram datagram = recorded[random.next_below(recorded.size())];
        switch (random.next_below(4)) {
        case 0: datagram.resize(random.next_below(datagram.size())); break;
        case 1: datagram.resize(std::min<std::size_t>(4096, datagram.size() * 2)); break;
        case 2: flip(datagram[random.next_below(datagram.size())]); break;
        default:
            datagram.resize(random.next_below(1'300));
            for (std::uint8_t& byte : datagram) byte = static_cast<std::uint8_t>(random.next());
        }
        datagrams.push_back(std::move(datagram));
    }
    pair.inject(std::move(datagrams));
    pair.run_for(2s);
    CHECK(pair.server->peer_count() == 1);
    CHECK(pair.at_server.disconnected.empty());
    CHECK(pair.at_server.messages.empty());
    CHECK(pair.stats().malformed > 1'000);
}

TEST_CASE("secure: a client whose address changes goes on, and nothing is lost") {
    TappedPair pair({.seed = 5, .link = {.delay = 20ms}});
    REQUIRE(pair.connect());
    std::uint16_t port = pair.server->link_of(pair.to_client)->address.port;
    std::size_t sent = 0;
    std::size_t shown = 0;
    std::size_t longest_gap = 0;
    std::size_t gap = 0;
    for (int tick = 0; tick < 60 * 20; ++tick) {
        if (tick % 300 == 60) {
            pair.network.rebind(port, static_cast<std::uint16_t>(port + 1));
            ++port;
        }
        pair.client->send(pair.to_server, Channel::events, bytes_of("reliable"));
        pair.client->send(pair.to_server, Channel::inputs, bytes_of("an input"));
        pair.server->send(pair.to_client, Channel::snapshots, bytes_of("a snapshot"));
        ++sent;
        pair.run_for(16ms);
        gap = pair.at_client.messages.size() == shown ? gap + 1 : 0;
        shown = pair.at_client.messages.size();
        if (tick > 10) longest_gap = std::max(longest_gap, gap);
    }
    pair.run_for(2s);
    std::size_t reliable = 0;
    for (const Heard::Message& message : pair.at_server.messages)
        reliable += message.channel == Channel::events;
    CHECK(reliable == sent);
    CHECK(pair.stats().migrations == 4);
    CHECK(pair.at_server.connected.size() == 1);
    CHECK(pair.at_server.disconnected.empty());
    CHECK(pair.server->link_of(pair.to_client)->address.port == port);
    CHECK(longest_gap <= 3 + 40 / 16 + 1); // ticks: three, and the round trip
}

TEST_CASE("secure: who sends on a datagram of another's gets nothing for it") {
    TappedPair pair;
    REQUIRE(pair.connect());
    const Address home = pair.server->link_of(pair.to_client)->address;
    // Held back on its way, and sent on from elsewhere.
    pair.client->send(pair.to_server, Channel::inputs, bytes_of("an input that was held back"));
    pair.client->flush(pair.now);
    pair.network.advance_to(pair.now + 1ms);
    std::array<std::uint8_t, 4096> buffer{};
    const auto held = pair.tap->receive(buffer);
    REQUIRE(held.status == DatagramSocket::Status::ok);
    pair.tap->injected = {Datagram(buffer.begin(), buffer.begin() + static_cast<long>(held.bytes))};
    pair.tap->injected_from = {0x0A00'0009, 999};
    pair.tap->sent.clear();
    pair.step();
    CHECK(pair.at_server.messages.size() == 1);
    CHECK(pair.server->link_of(pair.to_client)->address == home);
    for (int i = 0; i < 100; ++i) {
        pair.server->send(pair.to_client, Channel::snapshots, bytes_of("a snapshot"));
        pair.run_for(16ms);
    }
    CHECK(pair.stats().migrations == 0);
    CHECK(pair.at_client.messages.size() == 100);
}

TEST_CASE("secure: a client that has pinned a key connects to that server alone") {
    const KeyPair other = key_pair_of(SecretBytes{});
    TappedPair wrong({}, {.server_key = other.open});
    CHECK(!wrong.connect());
    CHECK(wrong.client->refusal() == SecureRefusal::other_server);
    CHECK(wrong.server->peer_count() == 0);

    SimulatedNetwork probe({});
    TappedPair first;
    TappedPair right({}, {.server_key = first.server->identity()}); // the same seed, the same key
    CHECK(right.connect());
    CHECK(!right.client->refusal());
}

TEST_CASE("secure: who was there before gets in without a challenge, once") {
    TappedPair pair;
    REQUIRE(pair.connect());
    const auto introduction = pair.client->introduction(pair.to_server);
    REQUIRE(introduction);
    const auto challenges = [&] {
        return std::ranges::count_if(pair.tap->sent, [](const Datagram& datagram) {
            return type_of(datagram) == DatagramType::challenge;
        });
    };
    const auto connect_again = [&] {
        pair.client = open_host(pair.network, 0, {.seed = 6, .introduction = introduction});
        pair.at_client.connected.clear();
        return pair.connect() && !pair.at_client.connected.empty();
    };
    const auto before = challenges();
    CHECK(connect_again());
    CHECK(challenges() == before);
    CHECK(connect_again()); // the ticket is spent
    CHECK(challenges() == before + 1);
}
