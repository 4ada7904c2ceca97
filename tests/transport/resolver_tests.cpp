#include "transport/resolver.hpp"

#include <engine_net/clock.hpp>

#include <doctest/doctest.h>

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
    Resolver resolver([](const std::string&) -> std::optional<std::uint32_t> {
        FAIL("numbers need no lookup");
        return {};
    });
    resolver.start("10.1.2.3", 7777);
    const auto answer = resolver.poll();
    REQUIRE(answer.has_value());
    CHECK(**answer == Address{0x0A01'0203, 7777});
    CHECK_FALSE(resolver.poll().has_value());
}

TEST_CASE("resolver: a name is answered by its lookup") {
    Resolver resolver([](const std::string& name) -> std::optional<std::uint32_t> {
        if (name == "known") return 0x0A01'0203;
        return std::nullopt;
    });
    resolver.start("known", 7777);
    const auto found = wait_for_answer(resolver);
    REQUIRE(found.has_value());
    CHECK(*found == Address{0x0A01'0203, 7777});

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
    CHECK(answer->host == 0x7F00'0001);
}

TEST_CASE("resolver: a lookup that hangs holds up nobody, and not too many hang") { // A39
    std::promise<void> end;
    const std::shared_future<void> ended = end.get_future().share();
    const auto hang = [ended](const std::string&) -> std::optional<std::uint32_t> {
        ended.wait();
        return std::nullopt;
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
        return std::optional<std::uint32_t>(1);
    });
    const Time deadline = Clock::now() + 10s;
    bool answered = false;
    while (!answered && Clock::now() < deadline) {
        resolver.start("quick", 7777);
        answered = wait_for_answer(resolver).has_value();
    }
    CHECK(answered);
}
