#pragma once

#include "core/bytes.hpp"
#include "core/random.hpp"
#include "replication/codec/snapshot_codec.hpp"
#include "replication/frame.hpp"

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

/// Frames as a room's feed has them, and what reads them: see `BRIDGE.md`.
namespace random_feed {

/// Now and then a keyframe; else a frame told against one of the last few, and any of those before
/// it: all that the wire allows, also what a server does not do.
class Writer {
public:
    Writer(engine_net::SnapshotCodec& codec, std::uint64_t seed) : codec_(codec), random_(seed) {}

    /// The message of a tick newer than the one before.
    std::vector<std::uint8_t> write(const engine_net::Frame& frame);

private:
    static constexpr std::uint32_t most_lag = 6;

    engine_net::References choose(engine_net::Tick tick);

    engine_net::SnapshotCodec& codec_;
    engine_net::Random random_;
    std::deque<engine_net::Frame> told_; ///< since the newest keyframe, the newest first
};

/// A decoder as others write it in other languages.
class Reader {
public:
    explicit Reader(engine_net::SnapshotCodec& codec, std::span<const engine_net::EntityType> types)
        : codec_(codec), types_(types) {}

    /// The frame of a message, good until the next keyframe; null for what is none.
    const engine_net::Frame* read(engine_net::Bytes message);

private:
    engine_net::SnapshotCodec& codec_;
    std::span<const engine_net::EntityType> types_;
    std::deque<engine_net::Frame> read_; ///< since the newest keyframe, the newest first
};

/// FNV-1a over 32-bit words, lowest byte first: of each entity, by type and slot, the numbers of
/// both, its incarnation, its id, and its row's shared columns.
std::uint32_t hash_of(const engine_net::Frame& frame,
                      std::span<const engine_net::EntityType> types);

} // namespace random_feed
