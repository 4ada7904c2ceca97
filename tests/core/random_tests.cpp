#include "core/random.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>

using namespace engine_net;

TEST_CASE("random: is SplitMix64, so a seed means the same everywhere") {
    // The reference implementation (Vigna, prng.di.unimi.it/splitmix64.c) gives these.
    Random random(1'234'567);
    CHECK(random.next() == 6'457'827'717'110'365'317u);
    CHECK(random.next() == 3'203'168'211'198'807'973u);
    CHECK(random.next() == 9'817'491'932'198'370'423u);
    CHECK(random.next() == 4'593'380'528'125'082'431u);
}

TEST_CASE("random: another seed gives other numbers") {
    Random a(1);
    Random b(2);
    int equal = 0;
    for (int i = 0; i < 100; ++i) equal += a.next() == b.next() ? 1 : 0;
    CHECK(equal == 0);
}

TEST_CASE("random: a unit is 0 to below 1, and evenly so") {
    Random random(3);
    constexpr int draws = 100'000;
    std::array<int, 10> tenths{};
    for (int i = 0; i < draws; ++i) {
        const double unit = random.next_unit();
        REQUIRE(unit >= 0.0);
        REQUIRE(unit < 1.0);
        ++tenths[static_cast<std::size_t>(unit * 10)];
    }
    for (const int count : tenths) {
        CHECK(count > draws / 10 - 500);
        CHECK(count < draws / 10 + 500);
    }
}

TEST_CASE("random: a chance comes true as often as it says") {
    Random random(4);
    int hits = 0;
    for (int i = 0; i < 100'000; ++i) {
        REQUIRE_FALSE(random.next_chance(0));
        REQUIRE(random.next_chance(1));
        hits += random.next_chance(0.02) ? 1 : 0;
    }
    CHECK(hits > 1'800);
    CHECK(hits < 2'200);
}

TEST_CASE("random: a bounded number reaches every value below its bound and no other") {
    Random random(5);
    std::array<bool, 7> seen{};
    for (int i = 0; i < 1'000; ++i) {
        const std::uint64_t value = random.next_below(seen.size());
        REQUIRE(value < seen.size());
        seen[value] = true;
    }
    for (const bool is_seen : seen) CHECK(is_seen);
    CHECK(random.next_below(1) == 0);
    CHECK(random.next_below(0) == 0);
}
