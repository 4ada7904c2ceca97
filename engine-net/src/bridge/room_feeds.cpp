#include "bridge/room_feeds.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace engine_net::bridge {
namespace {

/// Viewers: the time of so many sends is longer than that of a fetch from memory.
constexpr std::size_t prefetch_ahead = 2;

} // namespace

void RoomFeeds::watch(RoomId room, RoomViewer& viewer) {
    Feed& feed = open(room, 1);
    feed.viewers.push_back({&viewer, &viewer.feed_link()});
    ++feed.count;
    ++stats_->viewers;
    const FeedCursor cursor(feed.chain);
    const FeedPieces& chain = feed.chain;
    // A newer state is among what follows.
    if (chain.state() && chain.state_number() < cursor.next()) {
        viewer.feed_link().send(chain.state());
    }
    viewer.feed_link().outbox().watch(cursor);
    viewer.feed_link().schedule();
}

/// The feed, which the server is asked for if it is not there.
RoomFeeds::Feed& RoomFeeds::open(RoomId room, std::size_t viewers) {
    std::unique_ptr<Feed>& feed = feeds_[room];
    if (!feed) {
        feed = std::make_unique<Feed>();
        feed->told_count = viewers;
        asks_->tell(ask::Watch{room, true, viewers});
    }
    return *feed;
}

void RoomFeeds::unwatch(RoomId room, RoomViewer& viewer) {
    const auto found = feeds_.find(room);
    if (found == feeds_.end()) return;
    Feed& feed = *found->second;
    const auto place = std::ranges::find(feed.viewers, &viewer, &Viewer::viewer);
    if (place == feed.viewers.end()) return;
    *place = {};
    --feed.count;
    --stats_->viewers;
    viewer.feed_link().outbox().unwatch();
    if (is_flushing_) return; // `flush` goes through them
    feed.viewers.erase(place);
    end_if_unwanted(found);
}

void RoomFeeds::end_if_unwanted(Feeds::iterator place) {
    if (place->second->count > 0 || place->second->is_state_wanted) return;
    asks_->tell(ask::Watch{place->first, false, 0});
    feeds_.erase(place);
}

std::size_t RoomFeeds::viewers(RoomId room) const {
    const auto found = feeds_.find(room);
    return found == feeds_.end() ? 0 : found->second->count;
}

void RoomFeeds::want_state(RoomId room, bool is_wanted) {
    if (is_wanted) {
        open(room, 0).is_state_wanted = true;
        return;
    }
    const auto found = feeds_.find(room);
    if (found == feeds_.end()) return;
    found->second->is_state_wanted = false;
    end_if_unwanted(found);
}

const SharedBytes& RoomFeeds::state(RoomId room) const {
    static const SharedBytes none;
    const auto found = feeds_.find(room);
    return found == feeds_.end() ? none : found->second->state;
}

void RoomFeeds::on_told(const tell::FeedItem& item) {
    const auto found = feeds_.find(item.room);
    if (found == feeds_.end() || !item.message) return;
    found->second->chain.add(item.kind, *item.message);
    found->second->has_news = true;
    if (item.kind == tell::FeedKind::state) found->second->state = item.message;
}

void RoomFeeds::flush() {
    for (auto place = feeds_.begin(); place != feeds_.end();) {
        const auto next = std::next(place);
        Feed& feed = *place->second;
        if (std::exchange(feed.has_news, false)) {
            is_flushing_ = true;
            flush(feed);
            is_flushing_ = false;
            std::erase_if(feed.viewers, [](const Viewer& one) {
                return !one.viewer;
            });
            end_if_unwanted(place);
        }
        place = next;
    }
}

void RoomFeeds::flush(Feed& feed) {
    // Who is sent to may leave, and take another with it.
    for (std::size_t i = 0; i < feed.viewers.size(); ++i) {
        const std::size_t ahead = i + prefetch_ahead;
        if (ahead < feed.viewers.size() && feed.viewers[ahead].link) {
            feed.viewers[ahead].link->prefetch();
        }
        const auto [viewer, link] = feed.viewers[i];
        if (!viewer) continue;
        FeedCursor* cursor = link->outbox().feed();
        if (!cursor) continue;
        if (const auto skip = cursor->keep_up(max_waiting_bytes_)) {
            stats_->frames_skipped += skip->frames;
            viewer->on_skip(*skip);
        }
        link->flush();
    }
}

void RoomFeeds::on_time() {
    for (auto& [room, feed] : feeds_) {
        if (feed->told_count == feed->count) continue;
        feed->told_count = feed->count;
        asks_->tell(ask::Watch{room, true, feed->count});
    }
}

} // namespace engine_net::bridge
