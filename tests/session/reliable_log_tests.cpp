#include "core/random.hpp"
#include "session/reliable_log.hpp"

#include <doctest/doctest.h>

#include <deque>

using namespace engine_net;

namespace {

std::vector<std::uint8_t> message_of(std::uint32_t offset) {
    std::vector<std::uint8_t> bytes;
    ByteWriter(bytes).write(offset);
    return bytes;
}

std::uint32_t offset_of(Bytes message) {
    return ByteReader(message).read<std::uint32_t>();
}

void append(ReliableLog& log, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) log.append(message_of(log.next_offset()));
}

std::vector<std::uint32_t> replayed(const ReliableLog& log, std::uint32_t received) {
    std::vector<std::uint32_t> offsets;
    log.replay_after(received, [&](Bytes message) {
        offsets.push_back(offset_of(message));
    });
    return offsets;
}

/// A sender and a receiver with links between them that are cut and followed by others, as a
/// session's are.
class LossyPair {
public:
    explicit LossyPair(std::uint64_t seed) : random_(seed) {}

    void play(int rounds) {
        for (int round = 0; round < rounds; ++round) {
            switch (random_.next_below(12)) {
            case 0: resume(); break;
            case 1: acknowledge(); break;
            case 2: acknowledge_late(); break;
            case 3:
            case 4:
            case 5:
            case 6: send(); break;
            default: deliver(); break;
            }
        }
        resume();
        while (!link_.empty()) deliver();
    }

    [[nodiscard]] std::uint32_t sent() const { return log_.next_offset() - 1; }
    [[nodiscard]] const std::vector<std::uint32_t>& applied() const { return applied_; }
    [[nodiscard]] int repeated() const { return repeated_; }

private:
    using Link = std::deque<std::vector<std::uint8_t>>;

    void send() {
        const std::vector<std::uint8_t> message = message_of(log_.next_offset());
        log_.append(message);
        link_.push_back(message);
    }
    void deliver() {
        // What is left of the link before may still come.
        Link& link = !old_link_.empty() && random_.next_chance(0.5) ? old_link_ : link_;
        if (link.empty()) return;
        const std::uint32_t offset = offset_of(link.front());
        link.pop_front();
        switch (inbox_.accept(offset)) {
        case ReliableInbox::Verdict::fresh: applied_.push_back(offset); break;
        case ReliableInbox::Verdict::repeated: ++repeated_; break;
        // Only what an old link brings late can be ahead, and the new link brings it again.
        case ReliableInbox::Verdict::gap: CHECK(&link == &old_link_); break;
        }
    }
    /// The link is cut, with what was under way on it, and a new one takes its place.
    void resume() {
        old_link_ = random_.next_chance(0.5) ? std::move(link_) : Link();
        link_.clear();
        REQUIRE(log_.can_replay_after(inbox_.received()));
        log_.replay_after(inbox_.received(), [&](Bytes message) {
            link_.emplace_back(message.begin(), message.end());
        });
    }
    void acknowledge() {
        last_told_ = inbox_.received();
        log_.acknowledge(last_told_);
    }
    /// An older report overtaken by newer ones.
    void acknowledge_late() {
        log_.acknowledge(static_cast<std::uint32_t>(random_.next_below(last_told_ + 1)));
    }

    Random random_;
    ReliableLog log_;
    ReliableInbox inbox_;
    Link link_;
    Link old_link_;
    std::vector<std::uint32_t> applied_;
    std::uint32_t last_told_ = 0;
    int repeated_ = 0;
};

} // namespace

TEST_CASE("reliable log: over links that are cut each message is applied once, in order") {
    int repeated = 0;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        CAPTURE(seed);
        LossyPair pair(seed);
        pair.play(2'000);
        repeated += pair.repeated();
        REQUIRE(pair.sent() > 100);
        REQUIRE(pair.applied().size() == pair.sent());
        for (std::uint32_t i = 0; i < pair.sent(); ++i) REQUIRE(pair.applied()[i] == i + 1);
    }
    CHECK(repeated > 0); // or the links were not bad enough to tell anything
}

TEST_CASE("reliable log: messages are numbered from 1") {
    ReliableLog log;
    CHECK(log.next_offset() == 1);
    append(log, 1);
    CHECK(log.next_offset() == 2);
    CHECK(replayed(log, 0) == std::vector<std::uint32_t>{1});
}

TEST_CASE("reliable log: what the other end has received is not sent again") {
    ReliableLog log;
    append(log, 5);
    CHECK(replayed(log, 0) == std::vector<std::uint32_t>{1, 2, 3, 4, 5});
    CHECK(replayed(log, 3) == std::vector<std::uint32_t>{4, 5});
    CHECK(replayed(log, 5).empty());
    log.acknowledge(2);
    CHECK(log.can_replay_after(2));
    CHECK(replayed(log, 2) == std::vector<std::uint32_t>{3, 4, 5});
}

TEST_CASE("reliable log: a count that can't be true is refused") {
    ReliableLog log;
    append(log, 5);
    log.acknowledge(2);
    SUBCASE("more than was sent, at a resume") {
        CHECK(log.can_replay_after(5));
        CHECK_FALSE(log.can_replay_after(6));
        CHECK_FALSE(log.can_replay_after(UINT32_MAX));
    }
    SUBCASE("less than was told before, at a resume") {
        CHECK_FALSE(log.can_replay_after(1));
        CHECK_FALSE(log.can_replay_after(0));
    }
    SUBCASE("more than was sent, in a report") {
        log.acknowledge(6);
        log.acknowledge(UINT32_MAX);
        CHECK(log.can_replay_after(2));
        CHECK(replayed(log, 2) == std::vector<std::uint32_t>{3, 4, 5});
    }
    SUBCASE("less than before, in a report") {
        log.acknowledge(1);
        log.acknowledge(0);
        CHECK_FALSE(log.can_replay_after(1));
        CHECK(log.can_replay_after(2));
    }
}

TEST_CASE("reliable log: an empty one replays to who has received nothing, or all") {
    ReliableLog log;
    CHECK(log.can_replay_after(0));
    CHECK_FALSE(log.can_replay_after(1));
    append(log, 3);
    log.acknowledge(3);
    CHECK(log.can_replay_after(3));
    CHECK_FALSE(log.can_replay_after(2));
}

TEST_CASE("reliable log: past its bound the oldest are given up, and a resume must start over") {
    ReliableLog log;
    constexpr std::size_t message_bytes = 1024;
    constexpr auto kept = static_cast<std::uint32_t>(ReliableLog::max_bytes / message_bytes);
    const std::vector<std::uint8_t> message(message_bytes, 1);
    for (std::uint32_t i = 0; i < kept; ++i) log.append(message);
    CHECK(log.can_replay_after(0));
    log.append(message);
    CHECK_FALSE(log.can_replay_after(0));
    CHECK(log.can_replay_after(1));
    for (std::uint32_t i = 0; i < 10 * kept; ++i) log.append(message);
    std::size_t replayed_messages = 0;
    log.replay_after(0, [&](Bytes) {
        ++replayed_messages;
    });
    CHECK(replayed_messages == kept);
}

TEST_CASE("reliable log: what was acknowledged no longer counts towards its bound") {
    ReliableLog log;
    const std::vector<std::uint8_t> message(ReliableLog::max_bytes / 4, 1);
    for (std::uint32_t i = 1; i <= 20; ++i) {
        log.append(message);
        if (i > 4) log.acknowledge(i - 3);
        REQUIRE(log.can_replay_after(i > 4 ? i - 3 : 0));
    }
}

TEST_CASE("reliable log: a message larger than all of it can't be replayed, but those after can") {
    ReliableLog log;
    log.append(std::vector<std::uint8_t>(ReliableLog::max_bytes + 1));
    CHECK_FALSE(log.can_replay_after(0));
    CHECK(log.can_replay_after(1));
    append(log, 1);
    CHECK(replayed(log, 1) == std::vector<std::uint32_t>{2});
}

TEST_CASE("reliable log: a process that takes over goes on from what was sent before") {
    ReliableLog log;
    log.start_after(41);
    CHECK(log.next_offset() == 42);
    CHECK(log.can_replay_after(41));
    CHECK_FALSE(log.can_replay_after(40));
    append(log, 2);
    CHECK(replayed(log, 42) == std::vector<std::uint32_t>{43});
}

TEST_CASE("reliable inbox: only the next message is fresh") {
    using Verdict = ReliableInbox::Verdict;
    ReliableInbox inbox;
    CHECK(inbox.accept(0) == Verdict::repeated);
    CHECK(inbox.accept(2) == Verdict::gap);
    CHECK(inbox.received() == 0);
    CHECK(inbox.accept(1) == Verdict::fresh);
    CHECK(inbox.accept(1) == Verdict::repeated);
    CHECK(inbox.accept(3) == Verdict::gap);
    CHECK(inbox.accept(UINT32_MAX) == Verdict::gap);
    CHECK(inbox.accept(2) == Verdict::fresh);
    CHECK(inbox.received() == 2);
}

TEST_CASE("reliable inbox: a process that takes over asks for nothing older") {
    ReliableInbox inbox;
    inbox.start_after(9);
    CHECK(inbox.received() == 9);
    CHECK(inbox.accept(9) == ReliableInbox::Verdict::repeated);
    CHECK(inbox.accept(10) == ReliableInbox::Verdict::fresh);
}
