#include "core/random.hpp"
#include "replication/recording.hpp"
#include "replication/rocks_room.hpp"
#include "replication/state_hash.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace engine_net;
using namespace rocks_room;

namespace {

constexpr std::uint32_t tick_rate = 30;

/// A match of random entities and its recording.
struct Recorded {
    explicit Recorded(std::uint32_t ticks, std::size_t most = 60, std::uint64_t seed = 5)
        : history(schema()), writer(history, tick_rate, [this](Bytes more) {
            bytes.insert(bytes.end(), more.begin(), more.end());
        }) {
        RandomRoom room(seed, most);
        for (std::uint32_t t = 1; t <= ticks; ++t) add(t, room.step());
    }
    void add(std::uint32_t t, const std::vector<Described>& entities) {
        tick(history, t, entities);
        writer.write(Tick{t});
        ends.push_back(bytes.size());
        truth.push_back(hash_shared(schema().types(), *history.newest()));
    }
    [[nodiscard]] std::string refusal_of(Bytes changed) const {
        const auto match = read_recording(schema(), changed);
        return match ? std::string{} : match.error().text;
    }

    std::vector<std::uint8_t> bytes;
    std::vector<std::size_t> ends;    ///< of each tick's bytes
    std::vector<std::uint64_t> truth; ///< hash of each tick
    History history;
    RecordingWriter writer;
};

void check_same(const RecordedMatch& match, const Recorded& recorded) {
    REQUIRE(match.stretches.size() == 1);
    const Recording& ticks = match.stretches.front();
    REQUIRE(ticks.size() == recorded.truth.size());
    for (std::size_t i = 0; i < ticks.size(); ++i) {
        CHECK(ticks[i].tick == Tick{static_cast<std::uint32_t>(i + 1)});
        CHECK(hash_shared(schema().types(), ticks[i]) == recorded.truth[i]);
    }
}

} // namespace

TEST_CASE("recording: what is read is every tick of the room") {
    const Recorded recorded(150);
    const auto match = read_recording(schema(), recorded.bytes);
    REQUIRE_MESSAGE(match, recorded.refusal_of(recorded.bytes));
    CHECK(match->ticks_per_second == tick_rate);
    check_same(*match, recorded);
}

TEST_CASE("recording: ticks of many datagrams come back") {
    Recorded recorded(0);
    Random random(1);
    std::vector<Described> rocks;
    for (std::uint32_t t = 1; t <= 5; ++t) {
        rocks.clear();
        for (std::uint32_t id = 1; id <= 1000; ++id)
            rocks.push_back(rock(id, static_cast<float>(random.next_unit() * 64)));
        recorded.add(t, rocks);
    }
    REQUIRE(recorded.ends[4] - recorded.ends[3] > 2 * max_message_bytes);
    const auto match = read_recording(schema(), recorded.bytes);
    REQUIRE_MESSAGE(match, recorded.refusal_of(recorded.bytes));
    check_same(*match, recorded);
}

TEST_CASE("recording: a tick left out begins another stretch") {
    std::vector<std::uint8_t> bytes;
    History history(schema());
    RecordingWriter writer(history, tick_rate, [&](Bytes more) {
        bytes.insert(bytes.end(), more.begin(), more.end());
    });
    for (const std::uint32_t t : {1u, 2u, 3u, 5u, 6u}) {
        tick(history, t, {rock(1), rock(2, static_cast<float>(t))});
        writer.write(Tick{t});
    }
    const auto match = read_recording(schema(), bytes);
    REQUIRE(match);
    REQUIRE(match->stretches.size() == 2);
    CHECK(match->stretches[0].size() == 3);
    CHECK(match->stretches[1].size() == 2);
}

TEST_CASE("recording: cut at the end of a tick it is that much shorter, elsewhere it is refused") {
    const Recorded recorded(12, 20);
    const std::size_t header = 20;
    for (std::size_t length = 0; length < recorded.bytes.size(); ++length) {
        // Memory of its own, so that a read past the end is seen.
        const std::vector<std::uint8_t> cut(
            recorded.bytes.begin(), recorded.bytes.begin() + static_cast<std::ptrdiff_t>(length));
        const bool is_whole = length == header || std::ranges::count(recorded.ends, length) > 0;
        const std::string refusal = recorded.refusal_of(cut);
        CHECK_MESSAGE(refusal.empty() == is_whole, length, " bytes: ", refusal);
    }
    CHECK(recorded.refusal_of({}) == "it is no recording");
    CHECK(recorded.refusal_of(Bytes(recorded.bytes).first(recorded.bytes.size() - 1))
              .find("is cut short") != std::string::npos);
}

TEST_CASE("recording: every changed bit is noticed") {
    const Recorded recorded(4, 4);
    for (std::size_t i = 0; i < 8 * recorded.bytes.size(); ++i) {
        std::vector<std::uint8_t> damaged = recorded.bytes;
        damaged[i / 8] ^= static_cast<std::uint8_t>(1u << i % 8);
        CHECK_MESSAGE(!recorded.refusal_of(damaged).empty(), "bit ", i);
    }
}

TEST_CASE("recording: that of another schema and what is none are refused as such") {
    const Recorded recorded(3);
    const auto other = ReplicatedSchema::load({});
    REQUIRE(other);
    const auto match = read_recording(*other, recorded.bytes);
    REQUIRE_FALSE(match);
    CHECK(match.error().text == "it was made with another schema");
    const std::vector<std::uint8_t> nonsense(1000, 0xAA);
    CHECK(recorded.refusal_of(nonsense) == "it is no recording");
}

TEST_CASE("recording: its ticks take no more memory than is allowed") {
    const Recorded recorded(100);
    const auto match = read_recording(schema(), recorded.bytes, 64 * 1024);
    REQUIRE_FALSE(match);
    CHECK(match.error().text.find("is beyond what is read of one recording") != std::string::npos);
}
