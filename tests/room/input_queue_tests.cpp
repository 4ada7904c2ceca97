#include "core/random.hpp"
#include "room/input_queue.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <map>
#include <set>

using namespace engine_net;
using Verdict = InputQueue::Verdict;

namespace {

std::vector<std::uint8_t> bytes(std::uint8_t value) {
    return {value, 1, 2};
}

std::optional<std::uint8_t> first_byte(const std::optional<QueuedInput>& input) {
    return input ? std::optional(input->bytes[0]) : std::nullopt;
}

/// Ticks about which a window may lie: the start, the middle of the numbers, and their end.
constexpr std::initializer_list<std::uint32_t> starts{
    1, 1000, 0xFFFF, 0x7FFFFFF0, 0xFFFFFFE0, 0xFFFFFFFE, 0xFFFFFFFF, 0};

} // namespace

TEST_CASE("input queue: an input waits for its tick and is taken once") {
    for (const std::uint32_t start : starts) {
        CAPTURE(start);
        InputQueue queue(32);
        const Tick next{start};
        CHECK(queue.queue({next + 3, bytes(3)}, next) == Verdict::queued);
        CHECK(queue.queue({next + 1, bytes(1)}, next) == Verdict::queued);
        CHECK_FALSE(queue.take(next));
        CHECK(first_byte(queue.take(next + 1)) == 1);
        CHECK_FALSE(queue.take(next + 1));
        CHECK_FALSE(queue.take(next + 2));
        CHECK(first_byte(queue.take(next + 3)) == 3);
    }
}

TEST_CASE("input queue: holds what is in its window, and nothing else") {
    for (const std::size_t window : {1u, 2u, 31u, 32u, 33u, 256u}) {
        for (const std::uint32_t start : starts) {
            CAPTURE(window);
            CAPTURE(start);
            InputQueue queue(window);
            const Tick next{start};
            const auto last = static_cast<std::int32_t>(window) - 1;
            CHECK(queue.queue({next - 1, bytes(0)}, next) == Verdict::late);
            CHECK(queue.queue({next - 1000, bytes(0)}, next) == Verdict::late);
            CHECK(queue.queue({next + INT32_MIN, bytes(0)}, next) == Verdict::late);
            CHECK(queue.queue({next + last, bytes(0)}, next) == Verdict::queued);
            CHECK(queue.queue({next + last + 1, bytes(0)}, next) == Verdict::early);
            CHECK(queue.queue({next + INT32_MAX, bytes(0)}, next) == Verdict::early);
        }
    }
}

TEST_CASE("input queue: the first input for a tick counts") {
    InputQueue queue(8);
    CHECK(queue.queue({Tick{5}, bytes(1)}, Tick{5}) == Verdict::queued);
    CHECK(queue.queue({Tick{5}, bytes(2)}, Tick{5}) == Verdict::repeated);
    CHECK(first_byte(queue.take(Tick{5})) == 1);
    CHECK(queue.queue({Tick{5}, bytes(2)}, Tick{6}) == Verdict::repeated);
}

TEST_CASE("input queue: one that was not there at its tick is late once, then comes again") {
    InputQueue queue(8);
    CHECK_FALSE(queue.take(Tick{5}));
    CHECK(queue.queue({Tick{5}, bytes(2)}, Tick{6}) == Verdict::late);
    CHECK(queue.queue({Tick{5}, bytes(2)}, Tick{6}) == Verdict::repeated);
    CHECK_FALSE(queue.take(Tick{5}));
    CHECK(queue.queue({Tick{5}, bytes(2)}, Tick{14}) == Verdict::late); // too long ago to know
}

TEST_CASE("input queue: knows what was shown when an input was given") {
    InputQueue queue(8);
    queue.queue({Tick{5}, bytes(1), 640}, Tick{5});
    queue.queue({Tick{6}, bytes(1)}, Tick{5});
    CHECK(queue.take(Tick{5})->shown_ago == 640);
    CHECK(queue.take(Tick{6})->shown_ago == nothing_shown);
}

TEST_CASE("input queue: an input that was never taken gives way to a later tick's") {
    InputQueue queue(8);
    CHECK(queue.queue({Tick{5}, bytes(1)}, Tick{5}) == Verdict::queued);
    CHECK(queue.queue({Tick{21}, bytes(2)}, Tick{14}) == Verdict::queued);
    CHECK_FALSE(queue.take(Tick{5}));
    CHECK(first_byte(queue.take(Tick{21})) == 2);
}

TEST_CASE("input queue: gives back what was put in, whatever its size") {
    InputQueue queue(4);
    Tick next{1};
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, max_input_bytes}) {
        std::vector<std::uint8_t> input(size);
        for (std::size_t i = 0; i < size; ++i) input[i] = static_cast<std::uint8_t>(i + 1);
        REQUIRE(queue.queue({next, input}, next) == Verdict::queued);
        const auto taken = queue.take(next);
        ++next;
        REQUIRE(taken);
        CHECK(std::vector<std::uint8_t>(taken->bytes.begin(), taken->bytes.end()) == input);
    }
}

TEST_CASE("input queue: is empty after a clear") {
    InputQueue queue(4);
    queue.queue({Tick{1}, bytes(1)}, Tick{1});
    queue.clear();
    CHECK_FALSE(queue.take(Tick{1}));
    CHECK(queue.queue({Tick{1}, bytes(2)}, Tick{1}) == Verdict::queued);
}

TEST_CASE("input queue: under random use it agrees with a map, also where ticks wrap") {
    constexpr std::int32_t window = 20;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        InputQueue queue(window);
        std::map<std::uint32_t, std::uint8_t> model;
        std::set<std::uint32_t> seen; // queued, or late
        Tick next{0xFFFFFFFF - 200};
        for (int round = 0; round < 2'000; ++round) {
            const auto ahead =
                static_cast<std::int32_t>(random.next_below(2 * window)) - window / 2;
            const Tick tick = next + ahead;
            const auto value = static_cast<std::uint8_t>(random.next());
            const Verdict expected = ahead >= window             ? Verdict::early
                                     : seen.contains(tick.value) ? Verdict::repeated
                                     : ahead < 0                 ? Verdict::late
                                                                 : Verdict::queued;
            REQUIRE(queue.queue({tick, bytes(value)}, next) == expected);
            if (expected == Verdict::queued) model[tick.value] = value;
            if (expected != Verdict::early) seen.insert(tick.value);
            if (!random.next_chance(0.2)) continue;
            const auto waiting = model.find(next.value);
            REQUIRE(first_byte(queue.take(next)) ==
                    (waiting == model.end() ? std::nullopt : std::optional(waiting->second)));
            model.erase(next.value);
            ++next;
        }
    }
}
