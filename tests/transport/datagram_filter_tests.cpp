#include "core/random.hpp"
#include "transport/datagram_filter.hpp"
#include "transport/host_pair.hpp"
#include "transport/sealed_attacker.hpp"

#include <engine_net/limits.hpp>

#include <doctest/doctest.h>
#include <enet/enet.h>

#include <initializer_list>

using namespace engine_net;
using namespace engine_net::testing;

namespace {

using Datagram = std::vector<std::uint8_t>;

/// A datagram to peer 0 with a time and one command.
template <class Command>
Datagram
datagram_of(Command command, std::uint8_t code, std::uint8_t channel, std::size_t data = 0) {
    command.header.command = code;
    command.header.channelID = channel;
    Datagram datagram{0x80, 0, 0, 1};
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&command);
    datagram.insert(datagram.end(), bytes, bytes + sizeof command);
    datagram.resize(datagram.size() + data, 0x5A);
    return datagram;
}

constexpr std::uint8_t acknowledged = ENET_PROTOCOL_COMMAND_FLAG_ACKNOWLEDGE;
constexpr std::uint8_t unsequenced = ENET_PROTOCOL_COMMAND_FLAG_UNSEQUENCED;

Datagram
reliable_message(std::uint8_t code, std::uint8_t channel, std::uint16_t length, std::size_t data) {
    ENetProtocolSendReliable command{};
    command.dataLength = htons(length);
    return datagram_of(command, code, channel, data);
}

Datagram unsequenced_message(std::uint8_t channel, std::uint16_t length) {
    ENetProtocolSendUnsequenced command{};
    command.dataLength = htons(length);
    return datagram_of(
        command, ENET_PROTOCOL_COMMAND_SEND_UNSEQUENCED | unsequenced, channel, length);
}

Datagram fragment(std::uint32_t total,
                  std::uint32_t count,
                  std::uint32_t number,
                  std::uint32_t offset,
                  std::uint16_t length,
                  std::uint8_t code = ENET_PROTOCOL_COMMAND_SEND_FRAGMENT | acknowledged) {
    ENetProtocolSendFragment command{};
    command.totalLength = htonl(total);
    command.fragmentCount = htonl(count);
    command.fragmentNumber = htonl(number);
    command.fragmentOffset = htonl(offset);
    command.dataLength = htons(length);
    return datagram_of(command, code, 1, length);
}

Datagram connect_request(std::uint32_t mtu, std::uint32_t channels, std::uint32_t bandwidth = 0) {
    ENetProtocolConnect command{};
    command.mtu = htonl(mtu);
    command.channelCount = htonl(channels);
    command.incomingBandwidth = htonl(bandwidth);
    Datagram datagram = datagram_of(command, ENET_PROTOCOL_COMMAND_CONNECT | acknowledged, 0xFF);
    datagram[0] = 0x8F;
    datagram[1] = 0xFF;
    return datagram;
}

/// A server, an honest client, and somebody who seals what it likes.
struct AttackedPair : HostPair {
    AttackedPair() : HostPair({.link = {.delay = 5ms}}), attacker(network) {}

    /// Of one whom ENet takes for a peer that is about to be.
    void attack(const std::vector<Datagram>& datagrams) {
        attacker.send(connect_request(enet_mtu_bytes, channel_count));
        for (int i = 0; i < 100; ++i) step_all();
        for (std::size_t sent = 0; sent < datagrams.size(); ++sent) {
            attacker.send(datagrams[sent]);
            if (sent % 100 == 0) step_all();
        }
        for (int i = 0; i < 100; ++i) step_all();
    }
    bool still_talks() {
        at_server.messages.clear();
        at_client.messages.clear();
        client->send(to_server, Channel::events, bytes_of("still"));
        server->send(to_client, Channel::events, bytes_of("there"));
        run_for(3s);
        return at_server.messages.size() == 1 && at_client.messages.size() == 1 &&
               at_server.disconnected.empty() && at_client.disconnected.empty();
    }

    SealedAttacker attacker;

private:
    void step_all() {
        attacker.step(now);
        step();
    }
};

DatagramVerdict verdict_of(const Datagram& datagram) {
    return inspect_datagram(datagram, true);
}

} // namespace

TEST_CASE("datagram_filter: all that a host sends is good") {
    HostPair pair({.link = {.delay = 5ms}});
    REQUIRE(pair.connect());
    for (std::size_t round = 0; round < 50; ++round) {
        for (std::size_t channel = 0; channel < channel_count; ++channel) {
            const bool reliable = is_reliable(Channel(channel));
            const Datagram message(1 + round * (reliable ? 100 : 20), 0x5A);
            pair.client->send(pair.to_server, Channel(channel), message);
            pair.server->send(pair.to_client, Channel(channel), message);
        }
        pair.run_for(20ms);
    }
    CHECK(pair.at_server.messages.size() == 50 * channel_count);
    CHECK(pair.at_client.messages.size() == 50 * channel_count);
    CHECK(pair.server->stats().service_errors == 0);
    CHECK(pair.client->stats().service_errors == 0);
}

TEST_CASE("datagram_filter: a message is as long as its channel allows") {
    constexpr std::uint8_t send = ENET_PROTOCOL_COMMAND_SEND_RELIABLE | acknowledged;
    CHECK(verdict_of(reliable_message(send, 1, 1147, 1147)) == DatagramVerdict::good);
    CHECK(verdict_of(reliable_message(send, 1, 0, 0)) == DatagramVerdict::malformed);
    CHECK(verdict_of(reliable_message(send, 1, 10, 9)) == DatagramVerdict::malformed);
    CHECK(verdict_of(reliable_message(send, 1, 0xFFFF, 9)) == DatagramVerdict::malformed);
    CHECK(verdict_of(reliable_message(send, 1, 1168, 1168)) == DatagramVerdict::oversize_message);
    CHECK(verdict_of(unsequenced_message(3, 1147)) == DatagramVerdict::good);
    CHECK(verdict_of(unsequenced_message(3, 0)) == DatagramVerdict::malformed);
}

TEST_CASE("datagram_filter: reliable and unreliable messages keep to their channels") {
    constexpr std::uint8_t send = ENET_PROTOCOL_COMMAND_SEND_RELIABLE | acknowledged;
    for (std::uint8_t channel = 0; channel < 8; ++channel) {
        CAPTURE(channel);
        const bool reliable = channel <= 2;
        const bool unreliable = channel == 3 || channel == 4;
        CHECK((verdict_of(reliable_message(send, channel, 9, 9)) == DatagramVerdict::good) ==
              reliable);
        CHECK((verdict_of(unsequenced_message(channel, 9)) == DatagramVerdict::good) == unreliable);
    }
}

TEST_CASE("datagram_filter: fragments are those of one length for all but the last") {
    CHECK(verdict_of(fragment(2000, 2, 0, 0, 1147)) == DatagramVerdict::good);
    CHECK(verdict_of(fragment(2000, 2, 1, 1147, 853)) == DatagramVerdict::good);
    CHECK(verdict_of(fragment(65'536, 58, 57, 57 * 1147, 157)) == DatagramVerdict::good);
    CHECK(verdict_of(fragment(65'537, 58, 0, 0, 1147)) == DatagramVerdict::oversize_message);
    CHECK(verdict_of(fragment(1147, 1, 0, 0, 1147)) == DatagramVerdict::malformed);
    CHECK(verdict_of(fragment(2000, 2, 2, 2294, 1)) == DatagramVerdict::malformed);
    CHECK(verdict_of(fragment(2000, 2, 0, 1, 1147)) == DatagramVerdict::malformed);
    CHECK(verdict_of(fragment(2000, 2, 1, 1147, 852)) == DatagramVerdict::malformed);
    CHECK(verdict_of(fragment(2000, 0xFFFF'FFFF, 0, 0, 1147)) == DatagramVerdict::malformed);
    CHECK(verdict_of(fragment(2000, 2, 0xFFFF'FFFF, 0, 1147)) == DatagramVerdict::malformed);
    CHECK(verdict_of(fragment(0, 0, 0, 0, 1)) == DatagramVerdict::malformed);
}

TEST_CASE("datagram_filter: commands and flags that a host never sends are refused") {
    for (const std::uint8_t command :
         {ENET_PROTOCOL_COMMAND_SEND_UNRELIABLE, ENET_PROTOCOL_COMMAND_SEND_RELIABLE}) {
        CHECK(verdict_of(reliable_message(command, 1, 9, 9)) == DatagramVerdict::malformed);
    }
    CHECK(
        verdict_of(fragment(2000, 2, 0, 0, 1147, ENET_PROTOCOL_COMMAND_SEND_UNRELIABLE_FRAGMENT)) ==
        DatagramVerdict::malformed);
    CHECK(verdict_of(datagram_of(ENetProtocolBandwidthLimit{},
                                 ENET_PROTOCOL_COMMAND_BANDWIDTH_LIMIT | acknowledged,
                                 0xFF)) == DatagramVerdict::malformed);
    CHECK(verdict_of(datagram_of(ENetProtocolThrottleConfigure{},
                                 ENET_PROTOCOL_COMMAND_THROTTLE_CONFIGURE | acknowledged,
                                 0xFF)) == DatagramVerdict::malformed);
    CHECK(verdict_of(datagram_of(ENetProtocolPing{}, ENET_PROTOCOL_COMMAND_PING, 0xFF)) ==
          DatagramVerdict::malformed);
    CHECK(verdict_of(datagram_of(ENetProtocolPing{}, 13 | acknowledged, 0xFF)) ==
          DatagramVerdict::malformed);
    Datagram compressed = unsequenced_message(3, 9);
    compressed[0] |= 0x40;
    CHECK(verdict_of(compressed) == DatagramVerdict::malformed);
}

TEST_CASE("datagram_filter: a request to connect asks for nothing but our own settings") {
    CHECK(verdict_of(connect_request(enet_mtu_bytes, channel_count)) == DatagramVerdict::good);
    CHECK(verdict_of(connect_request(4096, channel_count)) == DatagramVerdict::malformed);
    CHECK(verdict_of(connect_request(576, channel_count)) == DatagramVerdict::malformed);
    CHECK(verdict_of(connect_request(enet_mtu_bytes, 255)) == DatagramVerdict::malformed);
    CHECK(verdict_of(connect_request(enet_mtu_bytes, channel_count, 1)) ==
          DatagramVerdict::malformed);
    CHECK(inspect_datagram(connect_request(enet_mtu_bytes, channel_count), false) ==
          DatagramVerdict::malformed);

    Datagram to_a_peer = connect_request(enet_mtu_bytes, channel_count);
    to_a_peer[0] = 0x80;
    to_a_peer[1] = 0;
    CHECK(verdict_of(to_a_peer) == DatagramVerdict::malformed);
    Datagram to_a_stranger = unsequenced_message(3, 9);
    to_a_stranger[0] = 0x8F;
    to_a_stranger[1] = 0xFF;
    CHECK(verdict_of(to_a_stranger) == DatagramVerdict::malformed);
}

TEST_CASE("datagram_filter: no truncation of what can be sent harms a session") {
    AttackedPair pair;
    REQUIRE(pair.connect());
    constexpr std::uint8_t send = ENET_PROTOCOL_COMMAND_SEND_RELIABLE | acknowledged;
    std::vector<Datagram> truncated;
    for (const Datagram& datagram : {connect_request(enet_mtu_bytes, channel_count),
                                     reliable_message(send, 1, 30, 30),
                                     unsequenced_message(3, 30),
                                     fragment(2000, 2, 0, 0, 1147)}) {
        for (std::size_t length = 1; length < std::min<std::size_t>(datagram.size(), 60);
             ++length) {
            truncated.emplace_back(datagram.begin(),
                                   datagram.begin() + static_cast<std::ptrdiff_t>(length));
        }
    }
    pair.attack(truncated);
    CHECK(pair.still_talks());
    CHECK(pair.server->stats().service_errors > 100);
}

TEST_CASE("datagram_filter: random bytes, sealed, harm no session") {
    AttackedPair pair;
    REQUIRE(pair.connect());
    Random random(1);
    std::vector<Datagram> garbage;
    for (int i = 0; i < 20'000; ++i) {
        Datagram datagram(1 + (i % 2 == 0 ? random.next_below(13) : random.next_below(1100)));
        for (std::uint8_t& byte : datagram) byte = static_cast<std::uint8_t>(random.next());
        garbage.push_back(std::move(datagram));
    }
    pair.attack(garbage);
    CHECK(pair.still_talks());
    CHECK(pair.server->stats().service_errors + pair.server->oversize_messages() > 19'000);
}
