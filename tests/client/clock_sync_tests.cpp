#include "client/clock_sync.hpp"
#include "core/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <initializer_list>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

constexpr Time start{1h};

/// A server whose clock is `ahead` of the client's, over a link with delays of its own each way.
struct SampledLink {
    Random random;
    Duration ahead;
    Duration there; ///< least delay
    Duration back;
    std::uint64_t jitter_us;

    ClockSample sample() {
        const Duration up = there + Duration(random.next_below(jitter_us + 1));
        const Duration down = back + Duration(random.next_below(jitter_us + 1));
        // What the four times of an exchange give.
        return {up + down, ahead + (up - down) / 2};
    }
};

Duration error_of(const ClockSync& clock, const SampledLink& link, Time now) {
    return std::chrono::abs(clock.server_time(now) - (now + link.ahead));
}

} // namespace

TEST_CASE("clock sync: knows nothing before the first sample") {
    ClockSync clock;
    CHECK_FALSE(clock.is_set());
    CHECK_FALSE(clock.tick_at(start));
    clock.advance_to(start);
    clock.set_tick(Tick{5}, start);
    CHECK_FALSE(clock.is_set());
    CHECK_FALSE(clock.tick_at(start));
}

TEST_CASE("clock sync: the first sample is believed at once") {
    for (const Duration ahead : {Duration(0), Duration(30 * 24h), Duration(-500s)}) {
        ClockSync clock;
        clock.add({40ms, ahead});
        CHECK(clock.is_set());
        CHECK(clock.server_time(start) == start + ahead);
    }
}

TEST_CASE("clock sync: of the newest samples the one with the least round trip is believed") {
    ClockSync clock;
    clock.add({100ms, 30ms});
    clock.add({20ms, 2ms});
    clock.add({90ms, 40ms});
    for (Time now = start; now < start + 5s; now += 10ms) clock.advance_to(now);
    CHECK(clock.server_time(start) == start + 2ms);
    SUBCASE("until it is too old") {
        for (int i = 0; i < 8; ++i) clock.add({100ms, 30ms});
        for (Time now = start + 5s; now < start + 10s; now += 10ms) clock.advance_to(now);
        CHECK(clock.server_time(start) == start + 30ms);
    }
}

TEST_CASE("clock sync: never goes back, and never runs more than 5 % fast or slow") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        SampledLink link{Random(seed), 7h, 20ms, 30ms, 150'000};
        ClockSync clock;
        clock.add(link.sample());
        Time now = start;
        clock.advance_to(now);
        Time last = clock.server_time(now);
        for (int i = 0; i < 2'000; ++i) {
            const Duration passed(1 + link.random.next_below(40'000));
            now += passed;
            if (i % 12 == 0) clock.add(link.sample());
            clock.advance_to(now);
            const Duration advanced = clock.server_time(now) - last;
            REQUIRE(advanced >= passed - passed / 20 - 1us);
            REQUIRE(advanced <= passed + passed / 20 + 1us);
            last = clock.server_time(now);
        }
    }
}

TEST_CASE("clock sync: converges, and errs by at most half of the least round trip") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        SampledLink link{Random(seed), -3h, 10ms, 40ms, 60'000};
        ClockSync clock;
        Duration least = 1h;
        Time now = start;
        for (int i = 0; i < 400; ++i, now += 50ms) {
            const ClockSample sample = link.sample();
            least = std::min(least, sample.round_trip);
            clock.add(sample);
            for (Time poll = now; poll < now + 50ms; poll += 10ms) clock.advance_to(poll);
            // The believed sample is one of eight, so not always the least of all.
            if (i > 100) REQUIRE(error_of(clock, link, now) <= (50ms + 2 * 60ms) / 2);
        }
        CHECK(least >= 50ms);
    }
}

TEST_CASE("clock sync: on a steady link the error is the difference of its two ways, halved") {
    SampledLink link{Random(1), 5s, 10ms, 40ms, 0};
    ClockSync clock;
    for (int i = 0; i < 20; ++i) {
        clock.add(link.sample());
        clock.advance_to(start + i * 50ms);
    }
    CHECK(error_of(clock, link, start) == 15ms);
}

TEST_CASE("clock sync: follows a slow drift of the server's clock without a step") {
    SampledLink link{Random(3), 1s, 20ms, 20ms, 2'000};
    ClockSync clock;
    clock.add(link.sample());
    clock.advance_to(start);
    for (Time now = start; now < start + 1min; now += 50ms) {
        link.ahead += 25us; // half a thousandth
        if ((now - start) % 250ms == 0us) clock.add(link.sample());
        clock.advance_to(now);
        REQUIRE(error_of(clock, link, now) < 8ms);
    }
}

TEST_CASE("clock sync: what is farther off than drift is jumped to") {
    ClockSync clock;
    clock.add({40ms, 0ms});
    clock.advance_to(start);
    SUBCASE("forwards") {
        clock.begin_again();
        clock.add({40ms, 251ms});
        CHECK(clock.server_time(start) == start + 251ms);
    }
    SUBCASE("backwards, to another server") {
        clock.begin_again();
        clock.add({40ms, -10s});
        CHECK(clock.server_time(start) == start - 10s);
    }
    SUBCASE("but not what is nearer") {
        clock.begin_again();
        clock.add({40ms, 250ms});
        CHECK(clock.server_time(start) == start);
        clock.advance_to(start + 1s);
        CHECK(clock.server_time(start) == start + 50ms);
    }
}

TEST_CASE("clock sync: on another link the old samples count no more, but the idea goes on") {
    ClockSync clock;
    clock.add({1ms, 0ms});
    clock.begin_again();
    CHECK(clock.is_set());
    CHECK(clock.server_time(start) == start);
    clock.add({80ms, 10ms});
    clock.advance_to(start);
    clock.advance_to(start + 1s);
    CHECK(clock.server_time(start) == start + 10ms);
}

TEST_CASE("clock sync: a tick is told by the time that passed since it was due") {
    ClockSync clock;
    clock.set_tick_rate(50);
    clock.add({40ms, 0ms});
    clock.set_tick(Tick{100}, start);
    CHECK(clock.tick_at(start) == Tick{100});
    CHECK(clock.tick_at(start + 19'999us) == Tick{100});
    CHECK(clock.tick_at(start + 20ms) == Tick{101});
    CHECK(clock.tick_at(start + 1s) == Tick{150});
    SUBCASE("also what was due before it") {
        CHECK(clock.tick_at(start - 1us) == Tick{99});
        CHECK(clock.tick_at(start - 20ms) == Tick{99});
        CHECK(clock.tick_at(start - 20'001us) == Tick{98});
        CHECK(clock.tick_at(start - 1s) == Tick{50});
    }
    SUBCASE("also where ticks wrap") {
        ClockSync late;
        late.set_tick_rate(50);
        late.add({40ms, 0ms});
        late.set_tick(Tick{UINT32_MAX}, start);
        CHECK(late.tick_at(start + 20ms) == Tick{0});
        late.set_tick(Tick{2}, start + 60ms);
        CHECK(late.tick_at(start + 60ms) == Tick{2});
        CHECK(late.tick_at(start) == Tick{UINT32_MAX});
    }
}

TEST_CASE("clock sync: rates that do not divide a second do not drift") {
    for (const std::uint32_t rate : {7u, 60u, 128u, 240u}) {
        CAPTURE(rate);
        ClockSync clock;
        clock.set_tick_rate(rate);
        clock.add({40ms, 0ms});
        clock.set_tick(Tick{0}, start);
        CHECK(clock.ticks_per_second() == rate);
        const auto three_hours = static_cast<std::int32_t>(3 * 3600 * rate);
        CHECK(clock.tick_at(start + 3h) == Tick{0} + three_hours);
        CHECK(clock.tick_at(start + 3h - 1us) == Tick{0} + (three_hours - 1));
        CHECK(clock.tick_at(start - 3h) == Tick{0} - three_hours);
    }
}

TEST_CASE("clock sync: an older tick than the newest one told changes nothing") {
    ClockSync clock;
    clock.set_tick_rate(50);
    clock.add({40ms, 0ms});
    clock.set_tick(Tick{100}, start);
    clock.set_tick(Tick{99}, start + 10s);
    CHECK(clock.tick_at(start) == Tick{100});
    clock.set_tick(Tick{101}, start + 25ms); // the server gave up time: ticks come later
    CHECK(clock.tick_at(start + 25ms) == Tick{101});
}

TEST_CASE("clock sync: ticks go on over a change of the link, until the next one is told") {
    ClockSync clock;
    clock.set_tick_rate(50);
    clock.add({40ms, 0ms});
    clock.set_tick(Tick{100}, start);
    clock.begin_again();
    CHECK(clock.tick_at(start + 1s) == Tick{150});
    SUBCASE("which may be an older one, of another process") {
        clock.set_tick(Tick{7}, start + 1s);
        CHECK(clock.tick_at(start + 1s) == Tick{7});
        clock.set_tick(Tick{6}, start + 2s);
        CHECK(clock.tick_at(start + 1s) == Tick{7});
    }
}

TEST_CASE("clock sync: the age of a tick is told to the microsecond") {
    ClockSync clock;
    clock.set_tick_rate(60);
    CHECK_FALSE(clock.age_of(Tick{100}, start));
    clock.add({20ms, 5s});
    clock.set_tick(Tick{100}, start);
    CHECK(clock.age_of(Tick{100}, start + 7ms) == 7ms);
    CHECK(clock.age_of(Tick{160}, start) == -1s);
    CHECK(clock.age_of(Tick{97}, start) == 50ms);
}

TEST_CASE("clock sync: no clock or tick that a server may tell overflows") {
    constexpr Duration most{std::int64_t{1} << 53}; // what the decoder lets through
    for (const std::uint32_t rate : {1u, 240u}) {
        ClockSync clock;
        clock.set_tick_rate(rate);
        clock.add({1ms, most});
        clock.set_tick(Tick{1}, Time{Duration(0)} - Duration(UINT32_MAX));
        static_cast<void>(clock.tick_at(clock.server_time(start)));
        static_cast<void>(clock.age_of(Tick{0x80000002}, clock.server_time(start)));
        clock.begin_again();
        clock.add({1ms, -most});
        clock.set_tick(Tick{1}, Time{most});
        CHECK(clock.tick_at(clock.server_time(start)));
    }
}
