#include "session/attempt_limit.hpp"

#include <doctest/doctest.h>

using namespace engine_net;
using namespace std::chrono_literals;

TEST_CASE("attempt limit: five at once, then one every two seconds") {
    AttemptLimit limit;
    Time now{1h};
    for (int i = 0; i < 5; ++i) {
        CHECK(limit.allows(now));
        limit.fail(now);
    }
    CHECK_FALSE(limit.allows(now));
    CHECK_FALSE(limit.allows(now + 1'999ms));
    CHECK(limit.allows(now + 2s));
    limit.fail(now + 2s);
    CHECK_FALSE(limit.allows(now + 3s));
    // After a while all is forgiven.
    now += 20s;
    for (int i = 0; i < 5; ++i) {
        CHECK(limit.allows(now));
        limit.fail(now);
    }
    CHECK_FALSE(limit.allows(now));
}

TEST_CASE("attempt limit: on a clock that has only just begun") {
    const AttemptLimit limit;
    CHECK(limit.allows(Time{}));
}
