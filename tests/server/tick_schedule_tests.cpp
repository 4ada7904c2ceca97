#include "core/random.hpp"
#include "server/tick_schedule.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

constexpr Time start{30 * 24h + 123us};
constexpr std::initializer_list<std::uint32_t> rates{1, 7, 50, 60, 128, 240};

TickSchedule started(std::uint32_t rate, std::uint32_t max_catch_up = 5) {
    TickSchedule schedule(rate, max_catch_up);
    schedule.start(start);
    return schedule;
}

Duration period(std::uint32_t rate) {
    return Duration(1'000'000 / rate);
}

} // namespace

TEST_CASE("tick schedule: the first tick is due at the start") {
    TickSchedule schedule = started(60);
    CHECK(schedule.next_deadline() == start);
    CHECK(schedule.newest_deadline() == start);
    CHECK(schedule.take(start - 1us).ticks == 0);
    const TickSchedule::Due due = schedule.take(start);
    CHECK(due.ticks == 1);
    CHECK(due.dropped == 0);
    CHECK_FALSE(due.is_late);
    CHECK(schedule.newest_deadline() == start);
}

TEST_CASE("tick schedule: a tick is taken once, at its deadline and not before") {
    TickSchedule schedule = started(60);
    schedule.take(start);
    CHECK(schedule.take(start).ticks == 0);
    const Time next = schedule.next_deadline();
    CHECK(next == start + 16'666us);
    CHECK(schedule.take(next - 1us).ticks == 0);
    CHECK(schedule.take(next).ticks == 1);
    CHECK(schedule.newest_deadline() == next);
}

TEST_CASE("tick schedule: does not drift in three hours, whatever the rate") {
    for (const std::uint32_t rate : {7u, 60u, 128u}) {
        CAPTURE(rate);
        TickSchedule schedule = started(rate);
        const Time end = start + 3h;
        std::uint64_t ticks = 0;
        Time last = start - period(rate);
        while (schedule.next_deadline() < end) {
            const Time now = schedule.next_deadline();
            // Microseconds can't divide every rate, so a period may be one longer.
            if (now - last < period(rate) || now - last > period(rate) + 1us) FAIL("uneven");
            last = now;
            const TickSchedule::Due due = schedule.take(now);
            if (due.ticks != 1 || due.dropped != 0 || due.is_late) FAIL("not on time");
            ++ticks;
        }
        CHECK(ticks == std::uint64_t{3 * 3600} * rate);
        CHECK(schedule.next_deadline() == end);
    }
}

TEST_CASE("tick schedule: a caller who comes late each time does not make it drift") {
    for (const std::uint32_t rate : rates) {
        CAPTURE(rate);
        TickSchedule schedule = started(rate);
        Random random(rate);
        std::uint64_t ticks = 0;
        Time now = start;
        while (now < start + 10min) {
            const auto late = static_cast<std::int64_t>(
                random.next_below(static_cast<std::uint64_t>(period(rate).count())));
            now = schedule.next_deadline() + Duration(late);
            const TickSchedule::Due due = schedule.take(now);
            if (due.dropped != 0 || due.is_late) FAIL("given up");
            ticks += due.ticks;
        }
        const auto passed = static_cast<std::uint64_t>((now - start).count());
        CHECK(ticks == passed * rate / 1'000'000 + 1);
    }
}

TEST_CASE("tick schedule: after a stop of 5 s a few ticks are made good, the rest given up (A11)") {
    TickSchedule schedule = started(60, 5);
    schedule.take(start);
    const TickSchedule::Due due = schedule.take(start + 5s);
    CHECK(due.ticks == 5);
    CHECK(due.dropped == 295);
    CHECK(due.is_late);
    SUBCASE("and the next is due on the old grid") {
        CHECK(schedule.newest_deadline() == start + 5s);
        CHECK(schedule.next_deadline() == start + 5s + 16'666us);
        const TickSchedule::Due next = schedule.take(schedule.next_deadline());
        CHECK(next.ticks == 1);
        CHECK(next.dropped == 0);
        CHECK_FALSE(next.is_late);
    }
}

TEST_CASE("tick schedule: up to its bound nothing is given up") {
    for (const std::uint32_t bound : {1u, 2u, 5u, 60u}) {
        CAPTURE(bound);
        TickSchedule schedule = started(60, bound);
        schedule.take(start);
        const Time end = schedule.deadline_after(static_cast<std::int32_t>(bound));
        const TickSchedule::Due due = schedule.take(end);
        CHECK(due.ticks == bound);
        CHECK(due.dropped == 0);
        const TickSchedule::Due more =
            schedule.take(schedule.deadline_after(static_cast<std::int32_t>(bound) + 1));
        CHECK(more.ticks == bound);
        CHECK(more.dropped == 1);
    }
}

TEST_CASE("tick schedule: a bound of 0 is one of 1") {
    TickSchedule schedule = started(60, 0);
    CHECK(schedule.take(start + 1s).ticks == 1);
}

TEST_CASE("tick schedule: a machine that slept for a month goes on at once") {
    TickSchedule schedule = started(240);
    const TickSchedule::Due due = schedule.take(start + 30 * 24h);
    CHECK(due.ticks == 5);
    CHECK(due.dropped == 30ull * 24 * 3600 * 240 + 1 - 5);
    CHECK(schedule.next_deadline() > start + 30 * 24h);
}

TEST_CASE("tick schedule: late is more than a period after the deadline") {
    TickSchedule schedule = started(50);
    schedule.take(start);
    SUBCASE("not within it") {
        CHECK_FALSE(schedule.take(start + 39'999us).is_late);
    }
    SUBCASE("nor at its end") {
        CHECK_FALSE(schedule.take(start + 40ms).is_late);
    }
    SUBCASE("but after it") {
        CHECK(schedule.take(start + 40'001us).is_late);
    }
    SUBCASE("and nothing is late that is not due") {
        CHECK_FALSE(schedule.take(start).is_late);
    }
}

TEST_CASE("tick schedule: tells when ticks to come are due, and when past ones were") {
    for (const std::uint32_t rate : rates) {
        CAPTURE(rate);
        TickSchedule schedule = started(rate);
        for (std::uint32_t i = 0; i < 3 * rate; ++i) schedule.take(schedule.next_deadline());
        CHECK(schedule.deadline_after(0) == schedule.newest_deadline());
        CHECK(schedule.deadline_after(1) == schedule.next_deadline());
        CHECK(schedule.deadline_after(static_cast<std::int32_t>(rate)) ==
              schedule.newest_deadline() + 1s);
        CHECK(schedule.deadline_after(-1) == schedule.newest_deadline() - period(rate));
        CHECK(schedule.deadline_after(-1000) == schedule.newest_deadline() - 1000 * period(rate));
        TickSchedule later = schedule;
        for (std::int32_t ahead = 1; ahead <= 100; ++ahead) {
            later.take(later.next_deadline());
            REQUIRE(schedule.deadline_after(ahead) == later.newest_deadline());
        }
    }
}

TEST_CASE("tick schedule: whatever its caller does, every slot is run or given up, once") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        const auto rate = static_cast<std::uint32_t>(1 + random.next_below(240));
        const auto bound = static_cast<std::uint32_t>(1 + random.next_below(8));
        TickSchedule schedule = started(rate, bound);
        Time now = start;
        std::uint64_t slots = 0;
        for (int step = 0; step < 2'000; ++step) {
            const bool stalls = random.next_chance(0.01);
            now += Duration(random.next_below(stalls ? 5'000'000 : 30'000));
            const TickSchedule::Due due = schedule.take(now);
            REQUIRE(due.ticks <= bound);
            REQUIRE((due.dropped == 0 || due.ticks == bound));
            slots += due.ticks + due.dropped;
            REQUIRE(schedule.next_deadline() > now);
            REQUIRE(schedule.newest_deadline() <= now);
        }
        const auto passed = static_cast<std::uint64_t>((now - start).count());
        // The grid rounds down, so a deadline may come a microsecond before its exact time.
        CHECK(slots >= passed * rate / 1'000'000 + 1);
        CHECK(slots <= (passed + 1) * rate / 1'000'000 + 1);
    }
}
