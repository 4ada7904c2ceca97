#include "core/random.hpp"
#include "replication/codec/snapshot_codec.hpp"
#include "replication/feed_chain.hpp"
#include "replication/frame_difference.hpp"
#include "replication/random_game.hpp"
#include "replication/rocks_room.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

using namespace engine_net;
using rocks_room::schema;

namespace {

/// A game, what is told of it, and who reads that.
struct Broadcast {
    explicit Broadcast(std::uint64_t seed)
        : game(schema(), seed, 60)
        , history(schema())
        , codec(schema().types(), 60, schema().priors())
        , encoder(schema(), codec)
        , decoder(schema(), codec) {}

    const Frame& play(std::uint32_t ticks) {
        for (std::uint32_t i = 0; i < ticks; ++i) {
            game.step();
            game.describe(history.begin(++tick));
            history.commit();
        }
        return *history.newest();
    }
    FeedEncoder::Outcome encode(bool as_keyframe,
                                const FeedEncoder::IsHidden& is_hidden = nullptr) {
        bytes.clear();
        return encoder.encode(*history.newest(), as_keyframe, is_hidden, bytes);
    }
    std::string difference(const Frame* told) const {
        if (!told) return "not read";
        return slots_difference(schema().types(), *history.newest(), *told, shared_row_difference);
    }

    RandomGame game;
    History history;
    SnapshotCodec codec;
    FeedEncoder encoder;
    FeedDecoder decoder;
    Tick tick;
    std::vector<std::uint8_t> bytes;
};

} // namespace

TEST_CASE("feed chain: every frame that follows a keyframe is read, at any pace") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Broadcast broadcast(seed);
        Random random(seed);
        for (int i = 0; i < 60; ++i) {
            broadcast.play(static_cast<std::uint32_t>(1 + random.next_below(6)));
            const bool as_keyframe = i % 17 == 0;
            const auto outcome = broadcast.encode(as_keyframe);
            CHECK(outcome ==
                  (as_keyframe ? FeedEncoder::Outcome::keyframe : FeedEncoder::Outcome::frame));
            REQUIRE(broadcast.difference(
                        broadcast.decoder.decode(broadcast.tick, broadcast.bytes)) == "");
        }
    }
}

TEST_CASE("feed chain: who comes late reads from a keyframe on, and nothing before it") {
    Broadcast broadcast(3);
    broadcast.play(30);
    broadcast.encode(true);
    broadcast.play(3);
    broadcast.encode(false);
    CHECK(broadcast.decoder.decode(broadcast.tick, broadcast.bytes) == nullptr);
    broadcast.play(3);
    broadcast.encode(true);
    CHECK(broadcast.difference(broadcast.decoder.decode(broadcast.tick, broadcast.bytes)) == "");
    broadcast.play(3);
    broadcast.encode(false);
    CHECK(broadcast.difference(broadcast.decoder.decode(broadcast.tick, broadcast.bytes)) == "");
}

TEST_CASE("feed chain: after a frame that was lost nothing is read until the next keyframe") {
    Broadcast broadcast(4);
    broadcast.play(10);
    broadcast.encode(true);
    REQUIRE(broadcast.decoder.decode(broadcast.tick, broadcast.bytes) != nullptr);
    broadcast.play(3);
    broadcast.encode(false);
    broadcast.play(3);
    broadcast.encode(false);
    CHECK(broadcast.decoder.decode(broadcast.tick, broadcast.bytes) == nullptr);
    broadcast.play(3);
    broadcast.encode(true);
    CHECK(broadcast.decoder.decode(broadcast.tick, broadcast.bytes) != nullptr);
}

TEST_CASE("feed chain: after a pause longer than any reference may be old a frame is a keyframe") {
    Broadcast broadcast(5);
    broadcast.play(10);
    broadcast.encode(true);
    broadcast.play(128);
    CHECK(broadcast.encode(false) == FeedEncoder::Outcome::keyframe);
}

TEST_CASE("feed chain: hidden entities are not there, also when they come and go") {
    Broadcast broadcast(6);
    const auto is_hidden = [&](const EntityType&, EntityId id, PresenceId) {
        return (id.value + broadcast.tick.value / 20) % 3 == 0;
    };
    for (int i = 0; i < 100; ++i) {
        const Frame& truth = broadcast.play(2);
        broadcast.encode(i % 40 == 0, is_hidden);
        const Frame* const told = broadcast.decoder.decode(broadcast.tick, broadcast.bytes);
        REQUIRE(told != nullptr);
        for (std::size_t t = 0; t < truth.types.size(); ++t) {
            for (std::size_t slot = 0; slot < truth.types[t].slots(); ++slot) {
                const bool is_shown =
                    truth.types[t].has(slot) && !is_hidden({}, truth.types[t].id[slot], {});
                REQUIRE(told->types[t].has(slot) == is_shown);
            }
        }
    }
}

TEST_CASE("feed chain: damaged frames are refused or harmless, however they are damaged") {
    Broadcast broadcast(7);
    Random random(7);
    broadcast.play(30);
    broadcast.encode(true);
    REQUIRE(broadcast.decoder.decode(broadcast.tick, broadcast.bytes) != nullptr);
    for (int i = 0; i < 300; ++i) {
        broadcast.play(3);
        broadcast.encode(i % 10 == 0);
        std::vector<std::uint8_t> damaged = broadcast.bytes;
        if (i % 3 == 0) {
            damaged.resize(random.next_below(damaged.size() + 1));
        } else {
            for (int k = 0; k < 3; ++k) {
                damaged[random.next_below(damaged.size())] =
                    static_cast<std::uint8_t>(random.next_below(256));
            }
        }
        const Frame* const told = broadcast.decoder.decode(broadcast.tick, damaged);
        if (!told) continue;
        for (const TypeFrame& type : told->types) CHECK(type.slots() <= max_slots);
    }
}
