#include "transport/link_fate.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

constexpr int datagrams = 20'000;
constexpr Time start{1s};

std::vector<Fate> fates_of(const LinkConditions& link, std::uint64_t seed = 1) {
    LinkFate decider(seed);
    std::vector<Fate> fates;
    fates.reserve(datagrams);
    for (int i = 0; i < datagrams; ++i) fates.push_back(decider.decide(link, start, 100));
    return fates;
}

/// The share of datagrams for which `question` is true.
template <class Question>
double share(const std::vector<Fate>& fates, Question question) {
    const auto count = std::count_if(fates.begin(), fates.end(), question);
    return static_cast<double>(count) / static_cast<double>(fates.size());
}

} // namespace

TEST_CASE("link_fate: a perfect link delivers at once, once and whole") {
    const auto fates = fates_of({});
    CHECK(share(fates, [](const Fate& fate) {
              return fate.copies().size() == 1 && fate.copies()[0].due == start &&
                     !fate.copies()[0].flipped_bit;
          }) == 1.0);
}

TEST_CASE("link_fate: loss, doubling and corruption happen as often as asked") {
    const auto lost = [](const Fate& fate) {
        return fate.copies().empty();
    };
    const auto doubled = [](const Fate& fate) {
        return fate.copies().size() == 2;
    };
    const auto corrupt = [](const Fate& fate) {
        return fate.copies()[0].flipped_bit.has_value();
    };
    CHECK(share(fates_of({.loss = 0.05}), lost) == doctest::Approx(0.05).epsilon(0.1));
    CHECK(share(fates_of({.loss = 1}), lost) == 1.0);
    CHECK(share(fates_of({.blackout = true}), lost) == 1.0);
    CHECK(share(fates_of({.duplicate = 0.1}), doubled) == doctest::Approx(0.1).epsilon(0.1));
    CHECK(share(fates_of({.corrupt = 0.2}), corrupt) == doctest::Approx(0.2).epsilon(0.1));
}

TEST_CASE("link_fate: delay is for all, jitter spreads evenly above it") {
    double sum = 0;
    for (const Fate& fate : fates_of({.delay = 40ms, .jitter = 20ms})) {
        const Duration taken = fate.copies()[0].due - start;
        REQUIRE(taken >= 40ms);
        REQUIRE(taken <= 60ms);
        sum += std::chrono::duration<double, std::milli>(taken).count();
    }
    CHECK(sum / datagrams == doctest::Approx(50).epsilon(0.01));
}

TEST_CASE("link_fate: a reordered datagram arrives after those of the next ticks") {
    const auto fates = fates_of({.delay = 10ms, .reorder = 0.3});
    const auto held = [](const Fate& fate) {
        return fate.copies()[0].due - start > 10ms + 50ms;
    };
    CHECK(share(fates, held) == doctest::Approx(0.3).epsilon(0.1));
}

TEST_CASE("link_fate: a bottleneck passes its bytes a second, headers included") {
    LinkFate decider(1);
    const LinkConditions link{.bytes_per_second = 100'000};
    int passed = 0;
    for (Time now = start; now < start + 10s; now += 1ms) {
        passed += decider.decide(link, now, 972).copies().empty() ? 0 : 1;
    }
    CHECK(passed * 1000 / 10 == doctest::Approx(100'000).epsilon(0.05));
}

TEST_CASE("link_fate: a full bottleneck delays by its queue and drops the rest") {
    LinkFate decider(1);
    const LinkConditions link{.bytes_per_second = 100'000};
    Duration longest{0};
    int dropped = 0;
    for (int i = 0; i < 100; ++i) {
        const Fate fate = decider.decide(link, start, 972); // 10 ms each
        for (const auto& copy : fate.copies()) longest = std::max(longest, copy.due - start);
        dropped += fate.copies().empty() ? 1 : 0;
    }
    CHECK(longest <= 260ms);
    CHECK(longest >= 250ms);
    CHECK(dropped == 100 - 26);
}

TEST_CASE("link_fate: one seed is one history, another is another") {
    const LinkConditions link{.jitter = 20ms, .loss = 0.5};
    const auto dues = [](const std::vector<Fate>& fates) {
        std::vector<Time> times;
        times.reserve(fates.size());
        for (const Fate& fate : fates) {
            times.push_back(fate.copies().empty() ? Time{} : fate.copies()[0].due);
        }
        return times;
    };
    CHECK(dues(fates_of(link, 1)) == dues(fates_of(link, 1)));
    CHECK(dues(fates_of(link, 1)) != dues(fates_of(link, 2)));
}

TEST_CASE("link_fate: changing one condition leaves alone what the others do") {
    const auto quiet = fates_of({.loss = 0.05});
    const auto noisy = fates_of({.jitter = 20ms, .loss = 0.05, .corrupt = 0.5});
    for (int i = 0; i < datagrams; ++i) {
        const auto at = static_cast<std::size_t>(i);
        REQUIRE(quiet[at].copies().empty() == noisy[at].copies().empty());
    }
}
