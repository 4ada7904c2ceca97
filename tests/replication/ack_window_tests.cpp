#include "core/random.hpp"
#include "replication/ack_window.hpp"
#include "replication/receive_window.hpp"

#include <doctest/doctest.h>

#include <set>
#include <vector>

using namespace engine_net;

TEST_CASE("receive window: bit i says that the sequence newest - 1 - i has arrived") {
    ReceiveWindow window;
    CHECK_FALSE(window.acks().any);
    for (const int sequence : {65'530, 65'531, 65'534, 1, 65'535}) {
        window.receive(static_cast<std::uint16_t>(sequence));
    }
    const Acks acks = window.acks();
    CHECK(acks.any);
    CHECK(acks.newest == 1);
    // Before 1: 0, 65535, 65534, 65533, 65532, 65531, 65530.
    CHECK(acks.bits == 0b1100110);
}

TEST_CASE("receive window: what is 33 older or more is forgotten") {
    ReceiveWindow window;
    window.receive(100);
    SUBCASE("the oldest bit") {
        window.receive(132);
        CHECK(window.acks().bits == 0x80000000u);
        window.receive(100);
        CHECK(window.acks().bits == 0x80000000u);
    }
    SUBCASE("one more") {
        window.receive(133);
        CHECK(window.acks().bits == 0);
        window.receive(100);
        CHECK(window.acks().bits == 0);
    }
    SUBCASE("many more") {
        window.receive(20'000);
        CHECK(window.acks().bits == 0);
    }
    SUBCASE("the same again") {
        window.receive(100);
        CHECK(window.acks().newest == 100);
        CHECK(window.acks().bits == 0);
    }
}

TEST_CASE("ack window: a tick is complete once each of its datagrams was acked") {
    AckWindow window;
    const std::uint16_t first = window.send(Tick{10}, 3);
    window.on_ack(first, 0);
    CHECK_FALSE(window.newest_complete());
    CHECK(window.has_part(Tick{10}, 0));
    CHECK_FALSE(window.has_part(Tick{10}, 1));
    window.on_ack(first, 0);
    CHECK_FALSE(window.newest_complete());
    window.on_ack(static_cast<std::uint16_t>(first + 2), 1);
    CHECK(window.newest_complete() == Tick{10});
    CHECK(window.forged() == 0);
}

TEST_CASE("ack window: an older tick that completes late does not replace a newer one") {
    AckWindow window;
    const std::uint16_t old = window.send(Tick{1}, 1);
    const std::uint16_t young = window.send(Tick{2}, 1);
    window.on_ack(young, 0);
    window.on_ack(old, 0);
    CHECK(window.newest_complete() == Tick{2});
    CHECK(window.has_part(Tick{1}, 0));
}

TEST_CASE("ack window: a tick stays complete when one that is history_ticks older completes late") {
    AckWindow window;
    window.send(Tick{24}, 1);
    const std::uint16_t young = window.send(Tick{24 + history_ticks}, 1);
    window.on_ack(young, 0b1);
    CHECK(window.newest_complete() == Tick{24 + history_ticks});
    CHECK(window.is_complete(Tick{24 + history_ticks}));
    CHECK_FALSE(window.is_complete(Tick{24}));
}

TEST_CASE("ack window: an ack of what was never sent changes nothing and is counted") {
    AckWindow window;
    window.on_ack(0, 0);
    CHECK(window.forged() == 1);
    const std::uint16_t first = window.send(Tick{1}, 2);
    window.on_ack(static_cast<std::uint16_t>(first + 2), 0b11); // the two bits are true
    CHECK(window.forged() == 2);
    window.on_ack(static_cast<std::uint16_t>(first + 1), 0b11); // the second bit is not
    CHECK(window.forged() == 3);
    CHECK_FALSE(window.has_part(Tick{1}, 0));
    CHECK_FALSE(window.newest_complete());
    window.on_ack(static_cast<std::uint16_t>(first + 1), 0b1);
    CHECK(window.newest_complete() == Tick{1});
}

TEST_CASE("ack window: sequences and ticks wrap without a missed ack") {
    AckWindow window;
    Random random(2);
    Tick tick{0xFFFFFFFFu - 3'000};
    for (int i = 0; i < 6'000; ++i, ++tick) {
        const std::size_t parts = 1 + random.next_below(20);
        const std::uint16_t first = window.send(tick, parts);
        for (std::size_t p = 0; p < parts; ++p) {
            window.on_ack(static_cast<std::uint16_t>(first + p), 0);
        }
        REQUIRE(window.newest_complete() == tick);
    }
    CHECK(window.forged() == 0);
}

TEST_CASE("ack window: acks at random never make a tick complete that was not all acked") {
    Random random(3);
    AckWindow window;
    std::uint16_t next = 0;
    for (std::uint32_t t = 1; t <= 2'000; ++t) {
        next = static_cast<std::uint16_t>(window.send(Tick{t}, 40) + 40);
        for (int i = 0; i < 4; ++i) {
            const auto newest = static_cast<std::uint16_t>(random.next());
            window.on_ack(newest, static_cast<std::uint32_t>(random.next()));
        }
        if (const auto complete = window.newest_complete()) {
            for (std::size_t p = 0; p < 40; ++p) {
                if (Tick{t} - *complete < 128) REQUIRE(window.has_part(*complete, p));
            }
        }
    }
    window.on_ack(static_cast<std::uint16_t>(next + 5'000), 0);
    CHECK(window.forged() > 0);
}

TEST_CASE("ack window: each ack counts, in whatever order they come and however often") {
    Random random(4);
    AckWindow window;
    std::vector<std::uint16_t> firsts;
    std::vector<std::set<std::size_t>> acked; // parts of each tick
    const auto ack = [&](std::size_t tick, std::size_t part) {
        if (tick < acked.size()) acked[tick].insert(part);
    };
    for (std::uint32_t t = 0; t < 3'000; ++t) {
        const std::size_t parts = 1 + random.next_below(3);
        firsts.push_back(window.send(Tick{t}, 3));
        acked.emplace_back();
        for (std::size_t i = 0; i < parts; ++i) {
            // One of the last 40 ticks' datagrams, and at random some of those before it.
            const std::size_t behind = random.next_below(std::min<std::size_t>(t + 1, 40));
            const std::size_t tick = t - behind;
            const std::size_t part = random.next_below(3);
            const std::size_t number = 3 * tick + part;
            auto bits = static_cast<std::uint32_t>(random.next() & random.next());
            if (number < 32) bits &= (std::uint32_t{1} << number) - 1;
            ack(tick, part);
            for (std::size_t b = 0; b < 32; ++b) {
                if (bits >> b & 1) ack((number - 1 - b) / 3, (number - 1 - b) % 3);
            }
            window.on_ack(static_cast<std::uint16_t>(firsts[tick] + part), bits);
        }
        for (std::size_t tick = t < 60 ? 0 : t - 60; tick <= t; ++tick) {
            const Tick at{static_cast<std::uint32_t>(tick)};
            REQUIRE(window.is_complete(at) == (acked[tick].size() == 3));
            for (std::size_t part = 0; part < 3; ++part)
                REQUIRE(window.has_part(at, part) == acked[tick].contains(part));
        }
    }
    CHECK(window.forged() == 0);
}

TEST_CASE("ack window: an ack whose sequences have come round again is a new one") {
    AckWindow window;
    window.on_ack(window.send(Tick{0}, 1), 0);
    REQUIRE(window.newest_complete() == Tick{0});
    std::uint32_t tick = 1;
    for (; tick < 65'536; ++tick) window.send(Tick{tick}, 1);
    window.on_ack(window.send(Tick{tick}, 1), 0);
    CHECK(window.newest_complete() == Tick{tick});
}
