#include "replication/budget.hpp"

#include <doctest/doctest.h>

#include <deque>

using namespace engine_net;

namespace {

constexpr std::int32_t ticks_per_second = 60;

/// A sender with much to say, and the link below it.
struct Sender {
    explicit Sender(std::uint32_t bytes_per_second, Tick before_first = {})
        : budget(bytes_per_second, ticks_per_second), now(before_first) {}

    /// A tick. What is sent in it is acked after `lag` ticks, but for a share that is lost.
    void step() {
        ++now;
        while (!flying.empty() && flying.front() + lag <= now) {
            if (acks) newest_acked = flying.front();
            flying.pop_front();
        }
        budget.advance(now, newest_acked, [&](Tick after, Tick up_to) {
            const auto count = static_cast<std::uint32_t>(std::max(0, up_to - after));
            return AckWindow::Count{count * 100,
                                    static_cast<std::uint32_t>(count * (100 - lost_percent))};
        });
        const std::size_t room = std::min<std::size_t>(budget.room(), at_most);
        if (room == 0) return;
        REQUIRE(room >= 48);
        // In as many datagrams as it takes.
        for (std::size_t rest = room; rest > 0;) {
            const std::size_t one = std::min<std::size_t>(rest, max_datagram_bytes - 69);
            budget.spend(one);
            sent += static_cast<double>(one + datagram_overhead_bytes);
            rest -= one;
        }
        flying.push_back(now);
    }
    void run(int seconds) {
        for (int i = 0; i < seconds * ticks_per_second; ++i) step();
    }

    Budget budget;
    Tick now;
    int lag = 3;
    bool acks = true;
    int lost_percent = 0;
    std::size_t at_most = 100'000; ///< bytes of a tick
    double sent = 0;
    std::optional<Tick> newest_acked;
    std::deque<Tick> flying;
};

} // namespace

TEST_CASE("budget: it starts at what is configured, and stays there while all is well") {
    for (const std::uint32_t before_first : {0u, 0xFFFFFFC0u}) {
        Sender sender(20'000, Tick{before_first});
        CHECK(sender.budget.bytes_per_second() == 20'000);
        sender.run(20);
        CHECK(sender.budget.bytes_per_second() == 20'000);
        CHECK(sender.budget.queued_ticks() == 0);
    }
}

TEST_CASE(
    "budget: over ten seconds never more is sent than it allows, but for what it starts with") {
    for (const std::uint32_t most : {2'000u, 8'000u, 64'000u, 1'000'000u}) {
        CAPTURE(most);
        Sender sender(most);
        sender.run(1);
        for (int i = 0; i < 5; ++i) {
            const double before = sender.sent;
            sender.run(10);
            // A datagram's worth may have been left over.
            CHECK(sender.sent - before <= 10.0 * most + max_datagram_bytes + 28);
            CHECK(sender.sent - before >= 9.5 * most);
        }
        CHECK(sender.sent <= 51.25 * most + max_datagram_bytes + 28);
    }
}

TEST_CASE("budget: there is no room without tokens, and there is again once they have come") {
    Budget budget(6'000, ticks_per_second);
    const auto none = [](Tick, Tick) {
        return AckWindow::Count{};
    };
    budget.advance(Tick{1}, {}, none);
    CHECK(budget.room() > 0);
    budget.spend(3'000);
    CHECK(budget.room() == 0);
    // It had 1500 at the most, and gets 100 a tick.
    budget.advance(Tick{10}, {}, none);
    CHECK(budget.room() == 0);
    budget.advance(Tick{31}, {}, none);
    CHECK(budget.room() > 0);
}

TEST_CASE("budget: the pace halves with each second without an ack, down to its floor") {
    Sender sender(64'000);
    sender.run(5);
    REQUIRE(sender.budget.bytes_per_second() == 64'000);
    sender.acks = false;
    sender.run(2);
    CHECK(sender.budget.bytes_per_second() <= 32'000);
    sender.run(1);
    CHECK(sender.budget.bytes_per_second() <= 16'000);
    sender.run(20);
    CHECK(sender.budget.bytes_per_second() == 4'000);
}

TEST_CASE("budget: the pace falls with a fifth lost, and comes back when no more is lost") {
    Sender sender(64'000);
    sender.run(3);
    sender.lost_percent = 20;
    sender.run(4);
    CHECK(sender.budget.bytes_per_second() < 48'000);
    CHECK(sender.budget.bytes_per_second() > 30'000);
    sender.run(60);
    CHECK(sender.budget.bytes_per_second() == 4'000);

    sender.lost_percent = 5; // neither much nor little
    sender.run(5);
    CHECK(sender.budget.bytes_per_second() == 4'000);
    sender.lost_percent = 0;
    sender.run(50);
    CHECK(sender.budget.bytes_per_second() == 64'000);
}

TEST_CASE("budget: the pace falls with a queue that grows, and comes back when it is gone") {
    Sender sender(64'000);
    sender.run(3);
    for (int i = 0; i < 4; ++i) {
        sender.lag += 4;
        sender.run(1);
    }
    CHECK(sender.budget.queued_ticks() > 6);
    CHECK(sender.budget.bytes_per_second() < 55'000);
    sender.lag = 3;
    sender.run(60);
    CHECK(sender.budget.queued_ticks() == 0);
    CHECK(sender.budget.bytes_per_second() == 64'000);
}

TEST_CASE("budget: who has little to say does not get a faster pace for it") {
    Sender sender(64'000);
    sender.lost_percent = 30;
    sender.run(5);
    sender.lost_percent = 0;
    sender.at_most = 48;
    sender.run(1);
    const double slow = sender.budget.bytes_per_second();
    REQUIRE(slow < 40'000);
    sender.run(10);
    CHECK(sender.budget.bytes_per_second() <= slow);
    sender.at_most = 100'000;
    sender.run(20);
    CHECK(sender.budget.bytes_per_second() == 64'000);
}
