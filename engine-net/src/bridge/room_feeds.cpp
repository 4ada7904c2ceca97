#include "bridge/room_feeds.hpp"

#include <utility>

namespace engine_net::bridge {

void RoomFeeds::watch(RoomId room, RoomViewer& viewer) {
    auto& feed = feeds_[room];
    if (!feed) {
        feed = std::make_unique<Feed>();
        feed->told_viewers = 1;
        asks_->tell(ask::Watch{room, true, 1});
    }
    feed->viewers.push_back(&viewer);
    ++stats_->viewers;
    const FeedCursor cursor(feed->chain);
    const FeedChain& chain = feed->chain;
    // A newer state is among what follows.
    if (chain.state() && chain.state_number() < cursor.next()) {
        viewer.feed_link().send(chain.state());
    }
    viewer.feed_link().outbox().watch(cursor);
    viewer.feed_link().schedule();
}

void RoomFeeds::unwatch(RoomId room, RoomViewer& viewer) {
    const auto found = feeds_.find(room);
    if (found == feeds_.end() || std::erase(found->second->viewers, &viewer) == 0) return;
    --stats_->viewers;
    viewer.feed_link().outbox().unwatch();
    if (!found->second->viewers.empty()) return;
    feeds_.erase(found);
    asks_->tell(ask::Watch{room, false, 0});
}

std::size_t RoomFeeds::viewers(RoomId room) const {
    const auto found = feeds_.find(room);
    return found == feeds_.end() ? 0 : found->second->viewers.size();
}

void RoomFeeds::on_told(const tell::FeedItem& item) {
    const auto found = feeds_.find(item.room);
    if (found == feeds_.end() || !item.message) return;
    found->second->chain.add(item.kind, *item.message);
    found->second->has_news = true;
}

void RoomFeeds::flush() {
    for (auto& [room, feed] : feeds_) {
        if (!std::exchange(feed->has_news, false)) continue;
        for (RoomViewer* viewer : feed->viewers) {
            Link& link = viewer->feed_link();
            FeedCursor* cursor = link.outbox().feed();
            if (!cursor) continue;
            if (const auto skip = cursor->keep_up(max_waiting_bytes_)) {
                stats_->frames_skipped += skip->frames;
                viewer->on_skip(*skip);
            }
            link.flush();
        }
    }
}

void RoomFeeds::on_time() {
    for (auto& [room, feed] : feeds_) {
        if (feed->told_viewers == feed->viewers.size()) continue;
        feed->told_viewers = feed->viewers.size();
        asks_->tell(ask::Watch{room, true, feed->told_viewers});
    }
}

} // namespace engine_net::bridge
