#include "session/input_meter.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

constexpr Time start{1h};

/// A message of that many inputs, of the ticks up to `newest`.
std::optional<Tick>
note(InputMeter& meter, std::uint32_t newest, std::uint8_t count, std::uint16_t sequence = 1) {
    const std::vector<std::uint8_t> inputs(count, 7);
    std::vector<std::uint8_t> message;
    wire::encode_input({wire::HotKind::input,
                        count,
                        static_cast<std::uint8_t>(count == 0 ? 0 : 1),
                        0,
                        0,
                        newest,
                        0,
                        0,
                        sequence,
                        0,
                        0},
                       inputs,
                       message);
    return meter.note_message(*wire::decode_input(message));
}

} // namespace

TEST_CASE("input meter: of each message the ticks count that none before it had") {
    InputMeter meter;
    CHECK(note(meter, 10, 3) == Tick{8});
    CHECK(note(meter, 11, 4) == Tick{11});
    CHECK(note(meter, 13, 4) == Tick{12}); // one was lost
    CHECK_FALSE(note(meter, 13, 4));       // repeated
    CHECK_FALSE(note(meter, 12, 4));       // overtaken
    CHECK_FALSE(note(meter, 0, 0));        // acks alone
    CHECK(note(meter, 40, 4) == Tick{37}); // a pause that left ticks without an input
}

TEST_CASE("input meter: a client whose clock was set back is heard again, also where ticks wrap") {
    InputMeter meter;
    CHECK(note(meter, 1'000, 1) == Tick{1'000});
    CHECK_FALSE(note(meter, 950, 1));
    CHECK(note(meter, 900, 1) == Tick{900});
    InputMeter wraps;
    CHECK(note(wraps, UINT32_MAX, 2) == Tick{UINT32_MAX - 1});
    CHECK(note(wraps, 1, 8) == Tick{0});
}

TEST_CASE("input meter: reports the least lead of about the last second, and its tick") {
    InputMeter meter;
    CHECK(meter.report().received == 0);
    meter.note_lead(Tick{1}, 9ms, start);
    meter.note_lead(Tick{2}, -4ms, start + 100ms);
    meter.note_lead(Tick{3}, 8ms, start + 200ms);
    CHECK(meter.report().lead == -4ms);
    CHECK(meter.report().lead_tick == Tick{2});
    meter.note_lead(Tick{4}, 7ms, start + 600ms);
    CHECK(meter.report().lead == -4ms);
    meter.note_lead(Tick{5}, 6ms, start + 1'200ms);
    CHECK(meter.report().lead == 6ms);
    SUBCASE("what was long ago counts no more after a pause") {
        meter.note_lead(Tick{6}, 20ms, start + 10s);
        CHECK(meter.report().lead == 20ms);
    }
}

TEST_CASE("input meter: counts messages by their numbers, also where these wrap") {
    InputMeter meter;
    note(meter, 1, 1, 65'534);
    note(meter, 3, 1, 0);
    note(meter, 2, 1, 65'535);
    CHECK(meter.report().newest == 0);
    CHECK(meter.report().received == 3);
}
