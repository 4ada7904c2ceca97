#include "core/random.hpp"
#include "transport/secure/address_limiter.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

using Verdict = AddressLimiter::Verdict;

Address at(const std::string& host, std::uint16_t port = 1) {
    return {*parse_host(host), port};
}

FillRandom fill(std::uint64_t seed) {
    return [random = Random(seed)](std::span<std::uint8_t> out) mutable {
        for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(random.next());
    };
}

} // namespace

TEST_CASE("address_limiter: a household of players is not held up") {
    AddressLimiter limiter({});
    for (std::uint16_t i = 0; i < 16; ++i)
        CHECK(limiter.open(at("192.0.2.7", i), Time{}) == Verdict::welcome);
}

TEST_CASE("address_limiter: one connection too many is refused until another has ended") {
    AddressLimiter limiter({.connections = 3, .attempts_per_second = 0});
    for (int i = 0; i < 3; ++i) CHECK(limiter.open(at("192.0.2.7"), Time{}) == Verdict::welcome);
    CHECK(limiter.open(at("192.0.2.7"), Time{}) == Verdict::too_many_connections);
    CHECK(limiter.open(at("192.0.2.8"), Time{}) == Verdict::welcome);
    limiter.close(at("192.0.2.7"));
    CHECK(limiter.open(at("192.0.2.7"), Time{}) == Verdict::welcome);
    CHECK(limiter.open(at("192.0.2.7"), Time{}) == Verdict::too_many_connections);
}

TEST_CASE("address_limiter: attempts come back with time, and are not saved up for ever") {
    AddressLimiter limiter({.connections = 0, .attempts_per_second = 2});
    const auto most_at = [&](Time now) {
        int taken = 0;
        while (taken < 100 && limiter.open(at("192.0.2.7"), now) == Verdict::welcome) ++taken;
        return taken;
    };
    CHECK(most_at(Time{}) == 16);
    CHECK(most_at(Time{} + 1s) == 2);
    CHECK(most_at(Time{} + 1s) == 0);
    CHECK(most_at(Time{} + 10h) == 16);
}

TEST_CASE("address_limiter: IPv6 counts by its first 64 bits, and each spelling of IPv4 as one") {
    AddressLimiter limiter({.connections = 1});
    CHECK(limiter.open(at("2001:db8::1"), Time{}) == Verdict::welcome);
    CHECK(limiter.open(at("2001:db8::ffff:1"), Time{}) == Verdict::too_many_connections);
    CHECK(limiter.open(at("2001:db8:0:1::1"), Time{}) == Verdict::welcome);
    CHECK(limiter.open(at("192.0.2.7"), Time{}) == Verdict::welcome);
    CHECK(limiter.open(at("::ffff:192.0.2.7"), Time{}) == Verdict::too_many_connections);
}

TEST_CASE("address_limiter: loopback is exempt, where that is not switched off") {
    AddressLimiter limiter({.connections = 1});
    AddressLimiter strict({.connections = 1, .loopback_is_exempt = false});
    for (const char* host : {"127.0.0.1", "::1"}) {
        CHECK(limiter.open(at(host), Time{}) == Verdict::welcome);
        CHECK(limiter.open(at(host), Time{}) == Verdict::welcome);
        CHECK(strict.open(at(host), Time{}) == Verdict::welcome);
        CHECK(strict.open(at(host), Time{}) == Verdict::too_many_connections);
    }
}

TEST_CASE(
    "address_limiter: more addresses than can be remembered are refused, until some are idle") {
    AddressLimiter limiter({.attempts_per_second = 8});
    constexpr std::uint32_t most = 1 << 16;
    const auto open = [&](std::uint32_t number, Time now) {
        return limiter.open({IpAddress(0x0A00'0000 + number), 1}, now);
    };
    for (std::uint32_t i = 0; i < most; ++i) REQUIRE(open(i, Time{}) == Verdict::welcome);
    CHECK(open(most, Time{}) == Verdict::too_fast);
    CHECK(limiter.remembered() == most);
    limiter.close({IpAddress(0x0A00'0000), 1});
    CHECK(open(most, Time{} + 500ms) == Verdict::too_fast); // it was looked for just now
    CHECK(open(most, Time{} + 2s) == Verdict::welcome);
    CHECK(limiter.remembered() == most);
}

TEST_CASE("address_limiter: of a tick's challenges no address gets all") {
    ChallengeShares shares(fill(1), 1000);
    shares.renew();
    std::size_t flood = 0;
    for (int i = 0; i < 5000; ++i) flood += shares.take(at("192.0.2.7"));
    CHECK(flood == 64);
    CHECK(shares.take(at("192.0.2.8")));
    CHECK(shares.take(at("2001:db8::1")));
    shares.renew();
    CHECK(shares.take(at("192.0.2.7")));
}

TEST_CASE("address_limiter: there are only so many challenges in a tick, for all together") {
    ChallengeShares shares(fill(1), 1000);
    shares.renew();
    Random random(2);
    std::size_t taken = 0;
    for (int i = 0; i < 5000; ++i)
        taken += shares.take({IpAddress(static_cast<std::uint32_t>(random.next())), 1});
    CHECK(taken == 1000);
    for (int i = 0; i < 10; ++i) CHECK_FALSE(shares.take(at("127.0.0.1")));
    shares.renew();
    for (int i = 0; i < 1000; ++i) REQUIRE(shares.take(at("127.0.0.1")));
    CHECK_FALSE(shares.take(at("127.0.0.1")));
}
