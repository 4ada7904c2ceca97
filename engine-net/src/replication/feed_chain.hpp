#pragma once

#include "core/bytes.hpp"
#include "replication/codec/snapshot_codec.hpp"
#include "replication/coded_section.hpp"
#include "replication/frame.hpp"
#include "replication/replicated_schema.hpp"

#include <engine_net/tick.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

namespace engine_net {

/// The frames of a feed that later ones may be coded against: those since the newest keyframe, the
/// oldest references' age back. Both ends keep the same.
class FeedChain {
public:
    explicit FeedChain(const ReplicatedSchema& schema) : schema_(schema) {}

    [[nodiscard]] bool is_empty() const { return frames_.empty(); }
    [[nodiscard]] std::optional<Tick> newest() const {
        return frames_.empty() ? std::nullopt : std::optional(frames_.front().tick);
    }
    [[nodiscard]] const Frame* find(Tick tick) const;
    /// An empty frame of that tick to fill, which is the newest from now on.
    Frame& add(Tick tick);
    /// The frame that was added last is of no use.
    void drop_newest() { frames_.pop_front(); }
    void clear() { frames_.clear(); }
    [[nodiscard]] const ReplicatedSchema& schema() const { return schema_; }

private:
    const ReplicatedSchema& schema_;
    std::deque<Frame> frames_; ///< the newest first
};

/// What a keyframe or frame has after its `FeedHeader`: see `BRIDGE.md`. No frame is longer.
inline constexpr std::size_t max_feed_frame_bytes = 512 * 1024;

/// Codes some of a room's ticks once for all who watch from afar and lose nothing: each against
/// those before it, and at times one against nothing, for who comes late.
class FeedEncoder {
public:
    /// Both outlive it. The codec may be shared by what runs on one thread.
    FeedEncoder(const ReplicatedSchema& schema, SnapshotCodec& codec)
        : chain_(schema), codec_(codec) {}

    /// Whether an entity is to be left out.
    using IsHidden = std::function<bool(const EntityType&, EntityId, PresenceId owner)>;

    enum class Outcome : std::uint8_t {
        keyframe,
        frame,
        too_large, ///< nothing was appended, and the next is a keyframe
    };
    /// Appends a frame, newer than the last one, to `out`. It is a keyframe when that is wanted or
    /// nothing older serves. `is_hidden` may be null.
    Outcome encode(const Frame& frame,
                   bool as_keyframe,
                   const IsHidden& is_hidden,
                   std::vector<std::uint8_t>& out);
    /// The next one is a keyframe.
    void restart() { chain_.clear(); }

private:
    void copy(const Frame& frame, const IsHidden& is_hidden);

    FeedChain chain_;
    SnapshotCodec& codec_;
    std::size_t typical_bytes_ = 512;
};

/// Reads what a `FeedEncoder` wrote.
class FeedDecoder {
public:
    FeedDecoder(const ReplicatedSchema& schema, SnapshotCodec& codec)
        : chain_(schema), codec_(codec) {}

    /// The frame, good until the next call; null for what no encoder writes after what was read so
    /// far.
    const Frame* decode(Tick tick, Bytes bytes);
    void restart() { chain_.clear(); }

private:
    FeedChain chain_;
    SnapshotCodec& codec_;
};

} // namespace engine_net
