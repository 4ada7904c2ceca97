#include "client/input_sender.hpp"
#include "core/random.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <map>

using namespace engine_net;

namespace {

std::vector<std::uint8_t> written(const InputSender& sender) {
    std::vector<std::uint8_t> out;
    for (std::size_t left = sender.count(); left > 0; --left) {
        const Bytes one =
            sender.input_of(*sender.newest_tick() - static_cast<std::int32_t>(left - 1));
        out.insert(out.end(), one.begin(), one.end());
    }
    return out;
}

void set(InputSender& sender, std::uint8_t value) {
    sender.set(std::vector<std::uint8_t>{value});
}

using Written = std::vector<std::uint8_t>;

} // namespace

TEST_CASE("input sender: nothing is sent before the game has set an input") {
    InputSender sender(8, AwayInputs::drop);
    CHECK(sender.advance_to(Tick{10}) == 0);
    CHECK(sender.count() == 0);
    CHECK(written(sender).empty());
}

TEST_CASE("input sender: each tick gets its input once") {
    InputSender sender(8, AwayInputs::drop);
    set(sender, 1);
    CHECK(sender.advance_to(Tick{10}) == 1);
    CHECK(sender.advance_to(Tick{10}) == 0);
    CHECK(sender.advance_to(Tick{9}) == 0);
    set(sender, 2);
    CHECK(sender.advance_to(Tick{10}) == 0); // its input is given already
    CHECK(written(sender) == Written{1});
    CHECK(sender.advance_to(Tick{12}) == 2);
    CHECK(sender.newest_tick() == Tick{12});
    CHECK(written(sender) == Written{1, 2, 2});
}

TEST_CASE("input sender: the newest are kept to be sent again, oldest first") {
    InputSender sender(4, AwayInputs::drop);
    for (std::uint8_t i = 1; i <= 10; ++i) {
        set(sender, i);
        CHECK(sender.advance_to(Tick{100u + i}) == 1);
    }
    CHECK(sender.count() == 4);
    CHECK(sender.newest_tick() == Tick{110});
    CHECK(written(sender) == Written{7, 8, 9, 10});
}

TEST_CASE("input sender: what the server has simulated is not sent again") {
    InputSender sender(8, AwayInputs::drop);
    for (std::uint8_t i = 1; i <= 5; ++i) {
        set(sender, i);
        sender.advance_to(Tick{i});
    }
    sender.forget_until(Tick{3});
    CHECK(written(sender) == Written{4, 5});
    SUBCASE("nor does an older tick bring it back") {
        sender.forget_until(Tick{1});
        CHECK(written(sender) == Written{4, 5});
    }
    SUBCASE("all") {
        sender.forget_until(Tick{5});
        CHECK(sender.count() == 0);
        CHECK(sender.advance_to(Tick{6}) == 1);
        CHECK(written(sender) == Written{5});
    }
    SUBCASE("all, and ticks that had no input yet") {
        sender.forget_until(Tick{50});
        CHECK(sender.count() == 0);
    }
}

TEST_CASE("input sender: after a long pause only the newest ticks get an input") {
    InputSender sender(4, AwayInputs::drop);
    set(sender, 1);
    sender.advance_to(Tick{10});
    set(sender, 2);
    CHECK(sender.advance_to(Tick{1'000}) == 4);
    CHECK(sender.newest_tick() == Tick{1'000});
    CHECK(written(sender) == Written{2, 2, 2, 2});
}

TEST_CASE("input sender: a pause as long as the redundancy leaves no gap") {
    InputSender sender(4, AwayInputs::drop);
    set(sender, 1);
    sender.advance_to(Tick{10});
    set(sender, 2);
    SUBCASE("shorter") {
        CHECK(sender.advance_to(Tick{13}) == 3);
        CHECK(written(sender) == Written{1, 2, 2, 2});
    }
    SUBCASE("as long") {
        CHECK(sender.advance_to(Tick{14}) == 4);
        CHECK(written(sender) == Written{2, 2, 2, 2});
    }
    SUBCASE("longer by one") {
        CHECK(sender.advance_to(Tick{15}) == 4);
        CHECK(written(sender) == Written{2, 2, 2, 2});
    }
}

TEST_CASE("input sender: a target a little behind waits, one far behind begins anew") {
    InputSender sender(8, AwayInputs::drop);
    set(sender, 1);
    sender.advance_to(Tick{100});
    set(sender, 2);
    SUBCASE("a little") {
        CHECK(sender.advance_to(Tick{100 - max_redundant_inputs}) == 0);
        CHECK(sender.newest_tick() == Tick{100});
    }
    SUBCASE("far") {
        const Tick target{100 - max_redundant_inputs - 1};
        CHECK(sender.advance_to(target) == 1);
        CHECK(sender.newest_tick() == target);
        CHECK(written(sender) == Written{2});
    }
}

TEST_CASE("input sender: inputs of another size begin anew, since a datagram has one size") {
    InputSender sender(8, AwayInputs::drop);
    set(sender, 1);
    sender.advance_to(Tick{10});
    sender.set(Written{7, 8});
    CHECK(sender.count() == 0);
    CHECK(sender.advance_to(Tick{11}) == 1);
    CHECK(written(sender) == Written{7, 8});
}

TEST_CASE("input sender: knows what each tick was given, for a while") {
    InputSender sender(4, AwayInputs::drop);
    for (std::uint8_t i = 1; i <= 200; ++i) {
        set(sender, i);
        sender.advance_to(Tick{i});
    }
    CHECK(sender.input_of(Tick{200})[0] == 200);
    CHECK(sender.input_of(Tick{200 - history_ticks + 1})[0] == 200 - history_ticks + 1);
    CHECK(sender.input_of(Tick{200 - history_ticks}).empty());
    CHECK(sender.input_of(Tick{201}).empty());
    sender.clear();
    CHECK(sender.input_of(Tick{200}).empty());
}

TEST_CASE("input sender: is as new after a clear") {
    InputSender sender(8, AwayInputs::drop);
    set(sender, 1);
    sender.advance_to(Tick{10});
    sender.clear();
    CHECK(sender.count() == 0);
    CHECK(sender.advance_to(Tick{20}) == 0);
    set(sender, 2);
    CHECK(sender.advance_to(Tick{5}) == 1);
    CHECK(written(sender) == Written{2});
}

TEST_CASE("input sender: the longest inputs at the most redundancy survive") {
    InputSender sender(max_redundant_inputs, AwayInputs::drop);
    for (std::uint8_t i = 0; i < 2 * max_redundant_inputs; ++i) {
        sender.set(Written(max_input_bytes, i));
        sender.advance_to(Tick{i});
    }
    const Written out = written(sender);
    REQUIRE(out.size() == max_redundant_inputs * max_input_bytes);
    for (std::size_t i = 0; i < max_redundant_inputs; ++i)
        CHECK(out[i * max_input_bytes] == max_redundant_inputs + i);
}

TEST_CASE("input sender: what it tells of a tick never changes, also where ticks wrap") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        const auto redundant = 1 + random.next_below(max_redundant_inputs);
        InputSender sender(redundant, AwayInputs::drop);
        std::map<std::uint32_t, std::uint8_t> told;
        Tick target{UINT32_MAX - 500};
        for (int round = 0; round < 1'000; ++round) {
            if (random.next_chance(0.5)) set(sender, static_cast<std::uint8_t>(random.next()));
            target = target + static_cast<std::int32_t>(random.next_below(3));
            if (random.next_chance(0.02)) target = target + 40;
            sender.advance_to(target);
            if (random.next_chance(0.3))
                sender.forget_until(target - static_cast<std::int32_t>(random.next_below(12)));
            const Written out = written(sender);
            REQUIRE(out.size() == sender.count());
            REQUIRE(out.size() <= redundant);
            for (std::size_t i = 0; i < out.size(); ++i) {
                const Tick tick =
                    *sender.newest_tick() - static_cast<std::int32_t>(out.size() - 1 - i);
                const auto first = told.emplace(tick.value, out[i]).first;
                REQUIRE(first->second == out[i]);
            }
        }
        REQUIRE(told.size() > 500);
    }
}

namespace {

/// Inputs 1, 2, 3 and so on for the ticks from 101 on, all of them sent.
void give(InputSender& sender, std::uint8_t count) {
    for (std::uint8_t i = 1; i <= count; ++i) {
        set(sender, i);
        sender.advance_to(Tick{100u + i});
    }
}

/// What the ticks from `first` on get, one after the other.
Written next_inputs(InputSender& sender, std::uint32_t first, std::size_t count) {
    Written inputs;
    for (std::uint32_t i = 0; i < count; ++i) {
        sender.advance_to(Tick{first + i});
        inputs.push_back(written(sender).back());
    }
    return inputs;
}

} // namespace

TEST_CASE(
    "input sender: what the server did not get is replayed in order, then the newest goes on") {
    InputSender sender(8, AwayInputs::replay);
    give(sender, 10);
    sender.resume();
    sender.take_report({Tick{105}, 4});
    CHECK(next_inputs(sender, 111, 7) == Written{5, 6, 7, 8, 10, 10, 10});
}

TEST_CASE("input sender: without a resume, or when dropped, nothing is replayed") {
    InputSender calm(8, AwayInputs::replay);
    give(calm, 10);
    calm.take_report({Tick{105}, 4});
    CHECK(next_inputs(calm, 111, 3) == Written{10, 10, 10});

    InputSender drops(8, AwayInputs::drop);
    give(drops, 10);
    drops.resume();
    drops.take_report({Tick{105}, 4});
    CHECK(next_inputs(drops, 111, 3) == Written{10, 10, 10});
}

TEST_CASE("input sender: lost again while it replays, nothing is replayed twice or out of order") {
    InputSender sender(8, AwayInputs::replay);
    give(sender, 10);
    sender.resume();
    sender.take_report({Tick{103}, 8});
    CHECK(next_inputs(sender, 111, 4) == Written{3, 4, 5, 6});
    sender.resume();
    sender.take_report({Tick{113}, 2}); // it got 3 and 4
    CHECK(next_inputs(sender, 115, 7) == Written{5, 6, 7, 8, 9, 10, 10});
}

TEST_CASE("input sender: after a long time away the newest are replayed, as many as may be") {
    InputSender sender(8, AwayInputs::replay);
    give(sender, 200);
    sender.resume();
    sender.take_report({Tick{101}, 200});
    const Written inputs = next_inputs(sender, 301, max_replayed_inputs + 1);
    CHECK(inputs.front() == 200 - max_replayed_inputs + 1);
    CHECK(inputs[max_replayed_inputs - 1] == 200);
    CHECK(inputs.back() == 200);
}
