#include "bridge/outbox.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

using namespace engine_net;
using namespace engine_net::bridge;
using wire::FeedKind;

namespace {

constexpr std::size_t plenty = 1'000'000;

void add(FeedPieces& chain, FeedKind kind, std::size_t bytes = 100) {
    chain.add(kind, std::vector<std::uint8_t>(bytes, static_cast<std::uint8_t>(chain.end())));
}

/// Takes `most` bytes of what an outbox has, as a connection would.
std::string take(Outbox& outbox, std::size_t most, std::uint64_t& frames) {
    std::array<iovec, 4> parts{};
    const std::size_t count = outbox.gather(parts);
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
        out.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
    }
    out.resize(std::min(out.size(), most));
    frames += outbox.take(out.size()).frames;
    return out;
}

SharedBytes bytes_of(std::string_view text) {
    return std::make_shared<std::vector<std::uint8_t>>(text.begin(), text.end());
}

} // namespace

TEST_CASE("feed: a viewer begins with the newest keyframe, or the first that comes") {
    FeedPieces chain;
    FeedCursor early(chain);
    CHECK(early.waiting() == 0);
    add(chain, FeedKind::frame);
    early.keep_up(plenty);
    CHECK(early.waiting() == 0);
    add(chain, FeedKind::keyframe);
    early.keep_up(plenty);
    CHECK(early.waiting() == 1);
    add(chain, FeedKind::frame);
    CHECK(early.waiting() == 2);
    CHECK(FeedCursor(chain).next() == 1);
}

TEST_CASE("feed: it keeps what follows the keyframe before the newest one") {
    FeedPieces chain;
    for (int i = 0; i < 10; ++i) {
        add(chain, FeedKind::keyframe);
        add(chain, FeedKind::frame);
        add(chain, FeedKind::frame);
    }
    CHECK(chain.newest_keyframe() == 27);
    CHECK(chain.begin() == 24);
    CHECK(chain.end() == 30);
    CHECK(chain.frames_before(30) == 30);
    for (std::uint64_t i = 0; i < 200; ++i) add(chain, FeedKind::frame, 100'000);
    CHECK(chain.bytes_from(chain.begin()) <= FeedPieces::max_bytes);
}

TEST_CASE("feed: who is more than a keyframe behind goes on with the newest, and is told") {
    FeedPieces chain;
    add(chain, FeedKind::keyframe);
    FeedCursor slow(chain);
    add(chain, FeedKind::frame);
    add(chain, FeedKind::keyframe);
    CHECK(!slow.keep_up(plenty));
    CHECK(slow.waiting() == 3);
    add(chain, FeedKind::state);
    add(chain, FeedKind::keyframe);
    const auto skip = slow.keep_up(plenty);
    REQUIRE(skip);
    CHECK(skip->frames == 3);
    CHECK(skip->state == chain.state());
    CHECK(slow.next() == 4);
}

TEST_CASE("feed: who has too much waiting gets nothing more until a keyframe comes") {
    FeedPieces chain;
    add(chain, FeedKind::keyframe);
    FeedCursor slow(chain);
    for (int i = 0; i < 20; ++i) {
        add(chain, FeedKind::frame);
        CHECK(!slow.keep_up(1000));
    }
    CHECK(slow.waiting() == 0);
    add(chain, FeedKind::keyframe);
    const auto skip = slow.keep_up(1000);
    REQUIRE(skip);
    CHECK(skip->frames == 21);
    CHECK(slow.waiting() == 1);
}

TEST_CASE("outbox: what is out in part is finished before anything else") {
    for (const std::size_t step : {1U, 3U, 7U, 1000U}) {
        FeedPieces chain;
        add(chain, FeedKind::keyframe, 5);
        Outbox outbox;
        outbox.watch(FeedCursor(chain));
        std::uint64_t frames = 0;
        std::string out = take(outbox, step, frames);
        outbox.add(bytes_of("hello"));
        add(chain, FeedKind::frame, 4);
        outbox.add(bytes_of("you"));
        while (!outbox.is_empty()) out += take(outbox, step, frames);
        const std::string key("\x82\x05\0\0\0\0\0", 7);
        CHECK(out == key + "helloyou" + std::string("\x82\x04\x01\x01\x01\x01", 6));
        CHECK(frames == 2);
        CHECK(outbox.waiting_bytes() == 0);
    }
}

TEST_CASE("outbox: what is dropped leaves no half message") {
    Outbox outbox;
    outbox.add(bytes_of("first"));
    outbox.add(bytes_of("second"));
    std::uint64_t frames = 0;
    CHECK(take(outbox, 2, frames) == "fi");
    outbox.drop();
    outbox.add(bytes_of("last"));
    CHECK(take(outbox, 100, frames) == "rstlast");
    CHECK(outbox.is_empty());
}
