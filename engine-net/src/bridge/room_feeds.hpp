#pragma once

#include "bridge/asks.hpp"
#include "bridge/feed_pieces.hpp"
#include "bridge/link.hpp"

#include <engine_net/stats.hpp>

#include <map>
#include <memory>
#include <vector>

namespace engine_net::bridge {

/// Watches a room. What it is sent of the feed stands in its link's outbox.
class RoomViewer {
public:
    virtual ~RoomViewer() = default;

    [[nodiscard]] virtual Link& feed_link() = 0;
    /// It was slow, and goes on with a keyframe.
    virtual void on_skip(const FeedCursor::Skip& skip) = 0;
};

/// The feeds that somebody watches. The server's thread codes nothing for others.
class RoomFeeds {
public:
    RoomFeeds(Asks& asks, BridgeStats& stats, std::size_t max_waiting_bytes)
        : asks_(&asks), stats_(&stats), max_waiting_bytes_(max_waiting_bytes) {}

    /// Its outbox gets the newest state, the newest keyframe and all that follows. Until `unwatch`.
    void watch(RoomId room, RoomViewer& viewer);
    void unwatch(RoomId room, RoomViewer& viewer);
    [[nodiscard]] std::size_t viewers(RoomId room) const;
    /// The room's state is wanted, or not any more, though nobody may watch: see `state`.
    void want_state(RoomId room, bool is_wanted);
    /// The newest, as it was told; null: there is none, or it is neither watched nor wanted.
    [[nodiscard]] const SharedBytes& state(RoomId room) const;

    void on_told(const tell::FeedItem& item);
    /// Sends what has come since to all viewers.
    void flush();
    /// Tells the server how many viewers there are now.
    void on_time();

private:
    struct Viewer {
        RoomViewer* viewer = nullptr; ///< null: has left while others were sent to
        Link* link = nullptr;
    };
    struct Feed {
        FeedPieces chain;
        std::vector<Viewer> viewers;
        std::size_t count = 0; ///< of viewers
        std::size_t told_count = 0;
        bool has_news = false;
        bool is_state_wanted = false;
        SharedBytes state{};
    };

    using Feeds = std::map<RoomId, std::unique_ptr<Feed>>;

    Feed& open(RoomId room, std::size_t viewers);
    void flush(Feed& feed);
    void end_if_unwanted(Feeds::iterator place);

    Asks* asks_;
    BridgeStats* stats_;
    std::size_t max_waiting_bytes_;
    Feeds feeds_;
    bool is_flushing_ = false;
};

} // namespace engine_net::bridge
