#pragma once

#include "core/bytes.hpp"
#include "replication/feed_chain.hpp"
#include "replication/history.hpp"
#include "replication/snapshot_encoder.hpp"
#include "room/published_state.hpp"
#include "room/room_feed.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace engine_net {

/// A room as its spectators may see it when they are behind: made from its feed alone, so that
/// nothing younger can be in it. Its ticks have the numbers of those in which they are shown: to a
/// spectator it is a room like any other.
class DelayedView {
public:
    /// Both outlive it.
    DelayedView(const ReplicatedSchema& schema, SnapshotCodec& codec)
        : decoder_(schema, codec), history_(schema), encoder_(history_, &codec) {}

    /// The next piece of the feed, whose time has come.
    void take(const RoomFeed::Piece& piece);
    /// What was taken since the last call is what `now` shows: of several frames the newest.
    void show(Tick now);

    [[nodiscard]] SnapshotEncoder& encoder() { return encoder_; }
    [[nodiscard]] const PublishedState& state() const { return state_; }
    std::vector<std::vector<std::uint8_t>> take_events() { return std::exchange(events_, {}); }

private:
    FeedDecoder decoder_;
    const Frame* taken_ = nullptr; ///< the newest frame that is not shown yet
    History history_;
    SnapshotEncoder encoder_;
    PublishedState state_;
    std::vector<std::vector<std::uint8_t>> events_;
};

} // namespace engine_net
