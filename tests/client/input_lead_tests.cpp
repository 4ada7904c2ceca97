#include "client/input_lead.hpp"
#include "core/loss_meter.hpp"
#include "core/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

constexpr Time start{1h};
constexpr Duration period = 16'667us;

InputLead begun(Duration round_trip = 100ms) {
    InputLead lead;
    lead.set_tick_period(period);
    lead.guess(round_trip, 0ms);
    lead.advance_to(start);
    return lead;
}

} // namespace

TEST_CASE("input lead: begins with half a round trip, its jitter twice, and a tick") {
    InputLead lead;
    lead.set_tick_period(period);
    lead.guess(100ms, 10ms);
    CHECK(lead.lead() == 50ms + 20ms + period);
}

TEST_CASE("input lead: aims at what the worst input of the last seconds needed") {
    InputLead lead = begun();
    const Duration first = lead.lead();
    lead.note_given(Tick{1});
    lead.take_report(Tick{1}, -20ms, start);
    for (Time now = start; now < start + 1s; now += 10ms) lead.advance_to(now);
    CHECK(lead.lead() == first + 20ms + 3ms);
    SUBCASE("it stays there while that is a few seconds ago, then gives up what is not needed") {
        for (Time now = start + 1s; now < start + 8s; now += 250ms) {
            const Tick tick{static_cast<std::uint32_t>((now - start) / 250ms + 1)};
            lead.note_given(tick);
            lead.take_report(tick, lead.lead() - 60ms, now);
            lead.advance_to(now);
            if (now < start + 4s) CHECK(lead.lead() == first + 23ms);
        }
        CHECK(lead.lead() == 63ms);
    }
}

TEST_CASE("input lead: a report of a tick whose lead is not known says nothing") {
    InputLead lead = begun();
    const Duration first = lead.lead();
    lead.take_report(Tick{77}, -900ms, start);
    lead.advance_to(start + 10s);
    CHECK(lead.lead() == first);
    CHECK(lead.reported() == 0ms);
}

TEST_CASE("input lead: whatever a server says, it is neither below zero nor above a second") {
    for (const Duration early : {Duration(INT32_MIN), Duration(INT32_MAX)}) {
        InputLead lead = begun();
        lead.note_given(Tick{1});
        lead.take_report(Tick{1}, early, start);
        for (Time now = start; now < start + 10s; now += 10ms) lead.advance_to(now);
        CHECK(lead.lead() == (early < 0ms ? Duration(1s) : 0ms));
    }
}

TEST_CASE("input lead: time runs at most 5 % faster or slower, unless the way is far longer") {
    InputLead lead = begun();
    const Duration first = lead.lead();
    lead.note_given(Tick{1});
    SUBCASE("a little") {
        lead.take_report(Tick{1}, -40ms, start);
        lead.advance_to(start + 100ms);
        CHECK(lead.lead() == first + 5ms);
    }
    SUBCASE("less") {
        lead.take_report(Tick{1}, 40ms, start);
        lead.advance_to(start + 100ms);
        CHECK(lead.lead() == first - 5ms);
    }
    SUBCASE("far") {
        lead.take_report(Tick{1}, -400ms, start);
        lead.advance_to(start + 1ms);
        CHECK(lead.lead() == first + 403ms);
    }
}

TEST_CASE(
    "input lead: whatever the link, few inputs come late and none is earlier than it need be") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        const Duration least = Duration(random.next_below(150'000));
        const Duration jitter = Duration(random.next_below(80'000));
        InputLead lead = begun(2 * least + jitter);
        int late = 0;
        constexpr int ticks = 3'000;
        Duration worst = 1h;
        Tick worst_tick{};
        for (int i = 1; i <= ticks; ++i) {
            const Time now = start + i * period;
            const Tick tick{static_cast<std::uint32_t>(i)};
            lead.advance_to(now);
            lead.note_given(tick);
            const Duration way =
                least + Duration(random.next_below(static_cast<std::uint64_t>(jitter.count()) + 1));
            const Duration early = lead.lead() - way;
            if (i > 120 && early < 0ms) ++late;
            if (early < worst) {
                worst = early;
                worst_tick = tick;
            }
            if (i % 15 != 0) continue;
            lead.take_report(worst_tick, worst, now);
            if (i % 60 == 0) worst = 1h;
        }
        CHECK(late < ticks / 100);
        CHECK(lead.lead() < least + jitter + 10ms);
    }
}

TEST_CASE("loss meter: tells what share of the numbers did not come, also where these wrap") {
    LossMeter meter;
    CHECK(meter.loss() == 0);
    meter.note(65'500, 100);
    CHECK(meter.loss() == 0);
    meter.note(64, 190); // 100 sent, 90 came
    CHECK(meter.loss() == doctest::Approx(0.1));
    for (int i = 1; i <= 16; ++i) {
        const auto more = static_cast<std::uint16_t>(i * 10);
        meter.note(static_cast<std::uint16_t>(64 + more), static_cast<std::uint16_t>(190 + more));
    }
    CHECK(meter.loss() == 0);
    meter.begin_again();
    CHECK(meter.loss() == 0);
}
