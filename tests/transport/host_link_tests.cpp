#include "transport/host_pair.hpp"

#include <engine_net/limits.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

using namespace engine_net;
using namespace engine_net::testing;

namespace {

std::vector<std::uint8_t> numbered(std::uint32_t number, std::size_t size = sizeof(number)) {
    std::vector<std::uint8_t> bytes(std::max(size, sizeof number), 0xA5);
    std::memcpy(bytes.data(), &number, sizeof number);
    return bytes;
}

std::uint32_t number_of(const std::vector<std::uint8_t>& bytes) {
    std::uint32_t number = 0;
    std::memcpy(&number, bytes.data(), sizeof number);
    return number;
}

std::vector<Heard::Message> on_channel(const Heard& heard, Channel channel) {
    std::vector<Heard::Message> messages;
    std::copy_if(heard.messages.begin(),
                 heard.messages.end(),
                 std::back_inserter(messages),
                 [&](const Heard::Message& message) {
                     return message.channel == channel;
                 });
    return messages;
}

bool are_in_order(const std::vector<Heard::Message>& messages, std::uint32_t count) {
    if (messages.size() != count) return false;
    for (std::uint32_t i = 0; i < count; ++i) {
        if (number_of(messages[i].bytes) != i) return false;
    }
    return true;
}

constexpr std::array all_channels{
    Channel::control, Channel::events, Channel::bulk, Channel::snapshots, Channel::inputs};

/// Around the lengths where ENet begins to fragment.
std::vector<std::size_t> sizes_of(Channel channel) {
    constexpr std::size_t whole = max_message_bytes;
    if (!is_reliable(channel)) return {1, whole - 1, whole};
    return {1, whole - 1, whole, whole + 1, 3 * whole, max_reliable_message_bytes};
}

std::vector<std::uint8_t> filled(std::size_t size) {
    std::vector<std::uint8_t> bytes(size, static_cast<std::uint8_t>(size));
    return bytes;
}

/// That each size came `rounds` times, in order on a reliable channel and else mostly.
void check_sizes(const Heard& heard, Channel channel, std::size_t rounds) {
    const std::vector<std::size_t> sizes = sizes_of(channel);
    const auto messages = on_channel(heard, channel);
    const std::size_t sent = rounds * sizes.size();
    CHECK(messages.size() <= sent);
    CHECK(messages.size() >= (is_reliable(channel) ? sent : sent * 85 / 100));
    for (std::size_t i = 0; i < messages.size(); ++i) {
        REQUIRE(messages[i].bytes == filled(messages[i].bytes.size()));
        if (is_reliable(channel)) REQUIRE(messages[i].bytes.size() == sizes[i % sizes.size()]);
    }
}

constexpr std::uint32_t past_the_wrap = 70'000;

/// Plays that many numbered messages on a reliable and on an unreliable channel, four of each a
/// millisecond.
std::unique_ptr<HostPair> play_past_the_wrap(std::uint64_t seed) {
    const SimulatedNetwork::Config lossy{.seed = seed, .link = {.delay = 40ms, .loss = 0.05}};
    auto pair = std::make_unique<HostPair>(lossy);
    REQUIRE(pair->connect());
    for (std::uint32_t sent = 0; sent < past_the_wrap; pair->step()) {
        for (int burst = 0; burst < 4; ++burst, ++sent) {
            pair->client->send(pair->to_server, Channel::events, numbered(sent));
            pair->client->send(pair->to_server, Channel::inputs, numbered(sent));
        }
    }
    pair->run_until(
        [&] {
            return pair->client->link_of(pair->to_server)->reliable_bytes_waiting == 0;
        },
        60s);
    return pair;
}

} // namespace

TEST_CASE("host_link: numbers that wrap at 65,536 leave no hole" *
          doctest::test_suite("long")) { // A13
    const auto first = play_past_the_wrap(7);
    CHECK(are_in_order(on_channel(first->at_server, Channel::events), past_the_wrap));

    std::vector<std::uint32_t> seen;
    for (const auto& message : on_channel(first->at_server, Channel::inputs)) {
        seen.push_back(number_of(message.bytes));
    }
    CHECK(seen.size() >= past_the_wrap * 94 / 100);
    CHECK(seen.size() < past_the_wrap);
    std::sort(seen.begin(), seen.end());
    std::uint32_t longest_gap = 0;
    for (std::size_t i = 1; i < seen.size(); ++i) {
        REQUIRE(seen[i] != seen[i - 1]);
        longest_gap = std::max(longest_gap, seen[i] - seen[i - 1]);
    }
    CHECK(longest_gap <= 4 * 8); // 8 ms

    const auto again = play_past_the_wrap(7);
    CHECK(again->network.digest() == first->network.digest());
    CHECK(again->now == first->now);
    const auto other = play_past_the_wrap(8);
    CHECK(other->network.digest() != first->network.digest());
}

TEST_CASE("host_link: everything fits a path that drops long datagrams") { // A14
    HostPair pair({.link = {.delay = 40ms}});
    pair.network.set_path_mtu(max_datagram_bytes);
    REQUIRE(pair.connect());
    pair.server->send(pair.to_client, Channel::bulk, numbered(1, 10'000));
    const int ticks = 60 * 60;
    for (std::uint32_t tick = 0; tick < ticks; ++tick) {
        pair.server->send(pair.to_client, Channel::snapshots, numbered(tick, max_message_bytes));
        pair.run_for(16ms);
    }
    pair.run_for(1s);
    CHECK(on_channel(pair.at_client, Channel::snapshots).size() == ticks);
    REQUIRE(on_channel(pair.at_client, Channel::bulk).size() == 1);
    CHECK(on_channel(pair.at_client, Channel::bulk)[0].bytes == numbered(1, 10'000));
    CHECK(pair.network.largest_datagram_bytes() == max_datagram_bytes);
    CHECK(pair.network.datagrams_dropped() == 0);
}

TEST_CASE("host_link: each size on each channel survives jitter and reordering") { // A15
    const LinkConditions wild{.jitter = 200ms, .loss = 0.02, .duplicate = 0.05, .reorder = 0.3};
    HostPair pair({.seed = 5, .link = wild});
    REQUIRE(pair.connect());
    constexpr std::size_t rounds = 20;
    for (std::size_t round = 0; round < rounds; ++round) {
        for (const Channel channel : all_channels) {
            for (const std::size_t size : sizes_of(channel)) {
                CHECK(pair.client->send(pair.to_server, channel, filled(size)));
                CHECK(pair.server->send(pair.to_client, channel, filled(size)));
            }
        }
        pair.run_for(1s);
    }
    pair.run_for(20s);
    for (const Heard* heard : {&pair.at_server, &pair.at_client}) {
        for (const Channel channel : all_channels) check_sizes(*heard, channel, rounds);
    }
}

TEST_CASE("host_link: ENet's throttle drops nothing when the round trip grows") {
    HostPair pair({.link = {.delay = 10ms}});
    REQUIRE(pair.connect());
    pair.run_for(10s);
    pair.network.set_conditions({.delay = 150ms});
    std::size_t sent = 0;
    for (; sent < 2000; ++sent) {
        pair.client->send(pair.to_server, Channel::inputs, numbered(0));
        if (sent % 10 == 0) pair.client->send(pair.to_server, Channel::events, numbered(0));
        pair.run_for(10ms);
    }
    pair.run_for(1s);
    CHECK(on_channel(pair.at_server, Channel::inputs).size() == sent);
}

TEST_CASE("host_link: after a cut a reliable message arrives as soon as the link is back") {
    HostPair pair({.link = {.delay = 40ms}});
    REQUIRE(pair.connect());
    pair.run_for(2s);
    const auto play_for = [&](Duration time) { // both ends keep sending, as heartbeats do
        for (const Time end = pair.now + time; pair.now < end; pair.step()) {
            if (pair.now.time_since_epoch() % 50ms != 0ms) continue;
            pair.client->send(pair.to_server, Channel::inputs, numbered(0));
            pair.server->send(pair.to_client, Channel::inputs, numbered(0));
        }
    };
    pair.network.set_conditions({.blackout = true});
    pair.client->send(pair.to_server, Channel::events, numbered(1));
    play_for(2s);
    pair.network.set_conditions({.delay = 40ms});
    const Time back = pair.now;
    while (on_channel(pair.at_server, Channel::events).empty() && pair.now < back + 5s) {
        play_for(1ms);
    }
    const auto taken = (pair.now - back) / 1ms;
    CHECK(taken <= 135);
}

TEST_CASE("host_link: ENet's clock may begin and wrap anywhere") {
    constexpr std::array starts{std::chrono::milliseconds(-3000),
                                std::chrono::milliseconds(0),
                                std::chrono::milliseconds((1LL << 16) - 3000),
                                std::chrono::milliseconds((1LL << 31) - 3000),
                                std::chrono::milliseconds((1LL << 32) - 3000),
                                std::chrono::milliseconds(400LL * 24 * 3600 * 1000)};
    for (const auto start : starts) {
        CAPTURE(start.count());
        HostPair pair({.seed = 9, .link = {.delay = 30ms, .jitter = 10ms, .loss = 0.05}},
                      Time{start});
        REQUIRE(pair.connect());
        std::uint32_t sent = 0;
        for (; sent < 1000; ++sent) {
            pair.client->send(pair.to_server, Channel::events, numbered(sent));
            pair.server->send(pair.to_client, Channel::events, numbered(sent));
            pair.run_for(10ms);
        }
        pair.run_for(3s);
        CHECK(are_in_order(on_channel(pair.at_server, Channel::events), sent));
        CHECK(are_in_order(on_channel(pair.at_client, Channel::events), sent));
        CHECK(pair.at_client.disconnected.empty());
        CHECK(pair.client->link_of(pair.to_server)->round_trip < 120ms);
    }
}

TEST_CASE("host_link: of corrupt datagrams nothing gets to ENet, and nothing is lost for good" *
          doctest::test_suite("long")) {
    HostPair pair({.seed = 4, .link = {.delay = 20ms}});
    REQUIRE(pair.connect());
    pair.network.set_conditions({.delay = 20ms, .corrupt = 0.2});
    for (std::uint32_t sent = 0; sent < 5000; ++sent) {
        pair.client->send(
            pair.to_server, Channel(sent % channel_count), numbered(sent, 1 + sent % 1147));
        pair.server->send(
            pair.to_client, Channel(sent % channel_count), numbered(sent, 1 + sent % 1147));
        pair.run_for(5ms);
    }
    pair.network.set_conditions({.delay = 20ms});
    pair.run_for(2s);
    CHECK(pair.server->stats().secure.forged > 0);
    CHECK(pair.server->stats().service_errors == 0);
    CHECK(pair.client->stats().service_errors == 0);
    const auto reliable = on_channel(pair.at_server, Channel::events);
    CHECK(reliable.size() == 1000);
}
