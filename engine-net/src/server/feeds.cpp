// What is shown to those who only watch by the web, here or at other servers.

#include "server/cluster.hpp"
#include "server/web.hpp"

namespace engine_net {

/// Whether someone of the web watches it, here or elsewhere.
bool Server::Loop::is_feed_wanted(RoomId room) const {
    return (web_ && web_->watched.contains(room)) || (cluster_ && cluster_->is_watched(room));
}

/// Rooms' frames, events and states whose time has come.
void Server::Loop::tell_feeds() {
    const bool is_congested = web_ && web_->exchange.is_congested();
    const auto tell = [&](RoomFeed& feed, RoomId room) {
        for (RoomFeed::Piece& piece : feed.take_due()) {
            if (cluster_) cluster_->cast_feed(room, piece);
            if (!web_) continue;
            if (is_congested && piece.kind != wire::FeedKind::end) {
                ++stats_.feed_pieces_dropped;
                continue;
            }
            web_->exchange.tell(
                bridge::tell::FeedItem{room, piece.kind, piece.tick, std::move(piece.message)});
        }
    };
    for (const auto& [id, room] : directory_.rooms()) {
        if (RoomFeed* const feed = room->feed()) tell(*feed, id);
    }
    std::erase_if(ended_feeds_, [&](const auto& ended) {
        ended.second->advance(tick_, [](const RoomFeed::Piece&) {});
        tell(*ended.second, ended.first);
        return ended.second->is_drained();
    });
}

} // namespace engine_net
