#include "transport/resolver.hpp"

#include <engine_net/clock.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <future>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

Resolver::Answer wait_for_answer(Resolver& resolver) {
    const Time deadline = Clock::now() + 10s;
    while (Clock::now() < deadline) {
        if (auto answer = resolver.poll()) return *answer;
        Clock::sleep_until(Clock::now() + 1ms);
    }
    return Unexpected(ResolveError::too_many_lookups);
}

} // namespace

TEST_CASE("resolver: an address in numbers is answered at once, and once") {
    Resolver resolver([](const std::string&) -> std::vector<IpAddress> {
        FAIL("numbers need no lookup");
        return {};
    });
    resolver.start("10.1.2.3", 7777);
    const auto answer = resolver.poll();
    REQUIRE(answer.has_value());
    CHECK(**answer == std::vector{Address{0x0A01'0203, 7777}});
    CHECK_FALSE(resolver.poll().has_value());
}

TEST_CASE("resolver: an IPv6 address in digits is answered at once") {
    Resolver resolver([](const std::string&) -> std::vector<IpAddress> {
        FAIL("digits need no lookup");
        return {};
    });
    resolver.start("::1", 7777);
    const auto answer = resolver.poll();
    REQUIRE(answer.has_value());
    REQUIRE(answer->has_value());
    CHECK(to_string((*answer)->front()) == "[::1]:7777");
}

TEST_CASE("resolver: a name's addresses are given once each, the families in turn, bounded") {
    const IpAddress v6_one = *parse_host("2001:db8::1");
    const IpAddress v6_two = *parse_host("2001:db8::2");
    std::vector<IpAddress> known{v6_one, v6_two, v6_one, 7, 8};
    Resolver resolver([&](const std::string&) {
        return known;
    });
    resolver.start("both", 1);
    const auto answer = wait_for_answer(resolver);
    REQUIRE(answer.has_value());
    CHECK(*answer == std::vector<Address>{{v6_one, 1}, {7, 1}, {v6_two, 1}, {8, 1}});

    for (std::uint32_t host = 9; host < 99; ++host) known.emplace_back(host);
    resolver.start("many", 1);
    const auto most = wait_for_answer(resolver);
    REQUIRE(most.has_value());
    CHECK(most->size() == 8);
}

TEST_CASE("resolver: a name is answered by its lookup") {
    Resolver resolver([](const std::string& name) -> std::vector<IpAddress> {
        if (name == "known") return {0x0A01'0203};
        return {};
    });
    resolver.start("known", 7777);
    const auto found = wait_for_answer(resolver);
    REQUIRE(found.has_value());
    CHECK(*found == std::vector{Address{0x0A01'0203, 7777}});

    resolver.start("unknown", 7777);
    const auto missing = wait_for_answer(resolver);
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error() == ResolveError::unknown_name);
}

TEST_CASE("resolver: the system knows localhost") {
    Resolver resolver;
    resolver.start("localhost", 1);
    const auto answer = wait_for_answer(resolver);
    REQUIRE(answer.has_value());
    CHECK(std::ranges::all_of(*answer, [](const Address& one) {
        return is_loopback(one);
    }));
}

TEST_CASE("resolver: a lookup that hangs holds up nobody, and not too many hang") { // A39
    std::promise<void> end;
    const std::shared_future<void> ended = end.get_future().share();
    const auto hang = [ended](const std::string&) -> std::vector<IpAddress> {
        ended.wait();
        return {};
    };
    const Time before = Clock::now();
    int refused = 0;
    for (int i = 0; i < 20; ++i) {
        Resolver resolver(hang);
        resolver.start("slow", 7777);
        const auto answer = resolver.poll();
        if (answer) {
            CHECK(answer->error() == ResolveError::too_many_lookups);
            ++refused;
        }
    }
    CHECK(Clock::now() - before < 1s);
    CHECK(refused == 12);

    end.set_value();
    Resolver resolver([](const std::string&) {
        return std::vector<IpAddress>{1};
    });
    const Time deadline = Clock::now() + 10s;
    bool answered = false;
    while (!answered && Clock::now() < deadline) {
        resolver.start("quick", 7777);
        answered = wait_for_answer(resolver).has_value();
    }
    CHECK(answered);
}
