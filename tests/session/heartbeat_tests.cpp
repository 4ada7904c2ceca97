#include "core/random.hpp"
#include "session/heartbeat.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

/// What a client hears, made up field by field.
struct Made {
    bool has_echo = true;
    std::uint16_t sequence = 1;
    std::uint64_t sent_us = 0;
    std::uint64_t echo_us = 0;
    std::uint32_t held_us = 0;

    operator wire::Heartbeat() const {
        return {wire::HotKind::heartbeat,
                std::uint8_t{has_echo},
                sequence,
                0,
                sent_us,
                echo_us,
                held_us,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0};
    }
};

std::uint64_t us(Time time) {
    return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

constexpr Time start{1h};

} // namespace

TEST_CASE("heartbeat: an exchange tells the round trip and the other clock") {
    struct Case {
        Duration there, held, back, ahead;
    };
    for (const Case& c : {Case{20ms, 0ms, 20ms, 0ms},
                          Case{20ms, 7ms, 20ms, 5h},
                          Case{50ms, 16ms, 10ms, -30min},
                          Case{0ms, 3ms, 80ms, 1s},
                          Case{80ms, 3ms, 0ms, 1s},
                          Case{1us, 0us, 0us, 24h}}) {
        HeartbeatExchange ours;
        HeartbeatExchange theirs;
        CHECK_FALSE(theirs.take(ours.next(start, 0), start + c.there + c.ahead));
        const Time answered = start + c.there + c.held;
        const auto sample = ours.take(theirs.next(answered + c.ahead, 0), answered + c.back);
        REQUIRE(sample);
        CHECK(sample->round_trip == c.there + c.back);
        const Duration error = std::chrono::abs(sample->offset - c.ahead);
        CHECK(error <= sample->round_trip / 2 + 1us);
        CHECK(error >= std::chrono::abs(c.there - c.back) / 2 - 1us);
        CHECK(ours.round_trip() == sample->round_trip);
    }
}

TEST_CASE("heartbeat: says what was received, when it was sent and what the server reports") {
    HeartbeatExchange exchange;
    CHECK_FALSE(exchange.last_sent());
    const wire::Heartbeat heartbeat =
        exchange.next(start, 7, {Tick{9}, 3ms, {-4ms, Tick{7}, 5, 4}, {Tick{8}, 2}});
    CHECK(exchange.last_sent() == start);
    CHECK(heartbeat.kind() == wire::HotKind::heartbeat);
    CHECK(heartbeat.has_echo() == 0);
    CHECK(heartbeat.received() == 7);
    CHECK(heartbeat.sent_us() == us(start));
    CHECK(heartbeat.tick() == 9);
    CHECK(heartbeat.tick_age_us() == 3'000);
    CHECK(heartbeat.input_lead_us() == -4'000);
    CHECK(heartbeat.input_lead_tick() == 7);
    CHECK(heartbeat.input_gap() == 8);
    CHECK(heartbeat.input_gap_ticks() == 2);
    CHECK(heartbeat.inputs_newest() == 5);
    CHECK(heartbeat.inputs_received() == 4);
}

TEST_CASE("heartbeat: is numbered one by one, and answers the newest one received") {
    HeartbeatExchange exchange;
    CHECK(exchange.next(start, 0).sequence() == 1);
    exchange.take(Made{.has_echo = false, .sequence = 5, .sent_us = 500}, start + 1ms);
    exchange.take(Made{.has_echo = false, .sequence = 6, .sent_us = 600}, start + 2ms);
    const wire::Heartbeat answer = exchange.next(start + 10ms, 0);
    CHECK(answer.sequence() == 2);
    CHECK(answer.has_echo() == 1);
    CHECK(answer.echo_us() == 600);
    CHECK(answer.held_us() == 8'000);
}

TEST_CASE("heartbeat: one that comes late or twice is ignored") {
    HeartbeatExchange exchange;
    static_cast<void>(exchange.next(start, 0));
    const Made newest{.sequence = 10, .sent_us = 900, .echo_us = us(start)};
    REQUIRE(exchange.take(newest, start + 20ms));
    SUBCASE("twice") {
        CHECK_FALSE(exchange.take(newest, start + 21ms));
    }
    SUBCASE("late") {
        static_cast<void>(exchange.next(start + 30ms, 0));
        CHECK_FALSE(exchange.take(Made{.sequence = 9, .sent_us = 800, .echo_us = us(start + 30ms)},
                                  start + 40ms));
        CHECK(exchange.next(start + 50ms, 0).echo_us() == 900);
    }
    CHECK(exchange.round_trip() == 20ms);
}

TEST_CASE("heartbeat: sequences go on across their wrap") {
    HeartbeatExchange exchange;
    exchange.take(Made{.has_echo = false, .sequence = 65'535, .sent_us = 1}, start);
    exchange.take(Made{.has_echo = false, .sequence = 0, .sent_us = 2}, start);
    CHECK(exchange.next(start, 0).echo_us() == 2);
    exchange.take(Made{.has_echo = false, .sequence = 65'534, .sent_us = 3}, start);
    CHECK(exchange.next(start, 0).echo_us() == 2);
}

TEST_CASE("heartbeat: an echo that can't be true gives no sample") {
    HeartbeatExchange exchange;
    static_cast<void>(exchange.next(start, 0));
    const Time now = start + 40ms;
    Made lie{.sequence = 1, .sent_us = 1'000, .echo_us = us(start), .held_us = 0};
    SUBCASE("none") {
        lie.has_echo = false;
    }
    SUBCASE("of the future") {
        lie.echo_us = us(now) + 1;
    }
    SUBCASE("of more than a minute ago") {
        lie.echo_us = us(now - 61s);
    }
    SUBCASE("of the start of time") {
        lie.echo_us = 0;
    }
    SUBCASE("held for longer than it was away") {
        lie.held_us = 40'001;
    }
    SUBCASE("held for as long as can be said") {
        lie.held_us = UINT32_MAX;
    }
    CHECK_FALSE(exchange.take(lie, now));
    CHECK(exchange.round_trip() == 0ms);
    // And the truth counts after it.
    CHECK(exchange.take(Made{.sequence = 2, .sent_us = 2'000, .echo_us = us(start)}, now));
}

TEST_CASE("heartbeat: one of ours is answered once") {
    HeartbeatExchange exchange;
    static_cast<void>(exchange.next(start, 0));
    static_cast<void>(exchange.next(start + 10ms, 0));
    CHECK(exchange.take(Made{.sequence = 1, .sent_us = 1, .echo_us = us(start + 10ms)},
                        start + 30ms));
    SUBCASE("not by the next heartbeat again") {
        CHECK_FALSE(exchange.take(
            Made{.sequence = 2, .sent_us = 2, .echo_us = us(start + 10ms), .held_us = 10'000},
            start + 40ms));
    }
    SUBCASE("nor an older one after it") {
        CHECK_FALSE(
            exchange.take(Made{.sequence = 2, .sent_us = 2, .echo_us = us(start)}, start + 40ms));
    }
}

TEST_CASE("heartbeat: no clock that a peer may tell overflows") {
    constexpr std::uint64_t most = std::uint64_t{1} << 53; // what the decoder lets through
    HeartbeatExchange exchange;
    static_cast<void>(exchange.next(start, 0));
    const auto sample =
        exchange.take(Made{.sequence = 1, .sent_us = most, .echo_us = us(start)}, start + 1ms);
    REQUIRE(sample);
    CHECK(sample->round_trip == 1ms);
    CHECK(exchange.next(start + 2ms, 0).echo_us() == most);
}

TEST_CASE("heartbeat: a hold longer than can be said is cut") {
    HeartbeatExchange exchange;
    exchange.take(Made{.has_echo = false, .sequence = 1, .sent_us = 1}, start);
    CHECK(exchange.next(start + 100h, 0).held_us() == UINT32_MAX);
}

TEST_CASE("heartbeat: the round trip is smoothed, and jitter follows its changes") {
    Random random(11);
    HeartbeatExchange ours;
    HeartbeatExchange theirs;
    Time now = start;
    Duration jitter_on_a_steady_link{0};
    for (int i = 0; i < 400; ++i) {
        const bool is_steady = i < 200;
        const Duration there = is_steady ? 30ms : 30ms + Duration(random.next_below(20'000));
        theirs.take(ours.next(now, 0), now + there);
        ours.take(theirs.next(now + there, 0), now + there + 30ms);
        now += 250ms;
        if (i == 199) jitter_on_a_steady_link = ours.jitter();
    }
    CHECK(jitter_on_a_steady_link < 1ms);
    CHECK(ours.round_trip() > 62ms);
    CHECK(ours.round_trip() < 78ms);
    CHECK(ours.jitter() > 2ms);
    CHECK(ours.jitter() < 15ms);
}
