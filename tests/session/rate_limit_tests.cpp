#include "session/rate_limit.hpp"

#include <doctest/doctest.h>

using namespace engine_net;
using namespace std::chrono_literals;

TEST_CASE("rate limit: five at once, then one every two seconds") {
    RateLimit limit(5, 2s);
    Time now{1h};
    for (int i = 0; i < 5; ++i) {
        CHECK(limit.allows(now));
        limit.spend(now);
    }
    CHECK_FALSE(limit.allows(now));
    CHECK_FALSE(limit.allows(now + 1'999ms));
    CHECK(limit.allows(now + 2s));
    limit.spend(now + 2s);
    CHECK_FALSE(limit.allows(now + 3s));
    // After a while all is forgiven.
    now += 20s;
    for (int i = 0; i < 5; ++i) {
        CHECK(limit.allows(now));
        limit.spend(now);
    }
    CHECK_FALSE(limit.allows(now));
}

TEST_CASE("rate limit: on a clock that has only just begun") {
    const RateLimit limit(5, 2s);
    CHECK(limit.allows(Time{}));
}
