#include "server/timing.hpp"

#include <doctest/doctest.h>

using namespace engine_net;
using namespace std::chrono_literals;

TEST_CASE("timing: without any time all is zero") {
    const TimingStats stats = Timing().stats();
    CHECK(stats.p50_us == 0);
    CHECK(stats.p99_us == 0);
    CHECK(stats.max_us == 0);
}

TEST_CASE("timing: one time is all there is") {
    Timing timing;
    timing.add(7us);
    CHECK(timing.stats().p50_us == 7);
    CHECK(timing.stats().p99_us == 7);
    CHECK(timing.stats().max_us == 7);
}

TEST_CASE("timing: percentiles go by size, not by order") {
    Timing timing;
    for (int i = 0; i < 1000; ++i) timing.add(Duration((i * 7) % 1000 + 1)); // 1 to 1000, mixed
    CHECK(timing.stats().p50_us >= 500);
    CHECK(timing.stats().p50_us <= 501);
    CHECK(timing.stats().p99_us >= 990);
    CHECK(timing.stats().p99_us <= 991);
    CHECK(timing.stats().max_us == 1000);
}

TEST_CASE("timing: one slow tick in a hundred and more shows in the 99th percentile") {
    Timing timing;
    for (int i = 0; i < 1000; ++i) timing.add(i % 50 == 0 ? 9ms : 1ms);
    CHECK(timing.stats().p50_us == 1'000);
    CHECK(timing.stats().p99_us == 9'000);
}

TEST_CASE("timing: what is older than 1,024 times is forgotten") {
    Timing timing;
    for (int i = 0; i < 2'000; ++i) timing.add(1s);
    for (int i = 0; i < 1'023; ++i) timing.add(1ms);
    CHECK(timing.stats().max_us == 1'000'000);
    CHECK(timing.stats().p99_us == 1'000);
    timing.add(1ms);
    CHECK(timing.stats().max_us == 1'000);
}
