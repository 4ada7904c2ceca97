#include "core/bytes.hpp"
#include "server/loop.hpp"

namespace engine_net {

// Browsers watch rooms of any server at any server: the frames travel by the backplane.

/// Whether someone of the web watches it, here or elsewhere.
bool Server::Loop::is_feed_wanted(RoomId room) const {
    return (web_ && web_->watched.contains(room)) || (cluster_ && feed_relay_.is_watched(room));
}

/// A browser here, or none any more, watches a room of another server.
void Server::Loop::watch_remote_feed(RoomId room, bool is_wanted) {
    if (!cluster_) return;
    const bool has_changed =
        is_wanted ? feed_relay_.watched.insert(room).second : feed_relay_.watched.erase(room) > 0;
    if (!has_changed) return;
    is_wanted ? cluster_->backplane().listen(feed_topic(room))
              : cluster_->backplane().unlisten(feed_topic(room));
    ask_for_feed(room, is_wanted);
}

void Server::Loop::ask_for_feed(RoomId room, bool is_wanted) {
    cluster_->backplane().send(node_of(room), wire::encode_watch_feed(room, is_wanted));
}

/// Another server's.
void Server::Loop::take(cluster::NodeId from, const wire::tables::WatchFeed& watch) {
    const RoomId id{watch.room()};
    RoomInstance* const room = directory_.find(id);
    RoomFeed* const feed = room ? room->feed() : nullptr;
    if (!feed || room->settings().is_private) return;
    if (!watch.is_wanted()) {
        feed_relay_.unwatch(id, from);
        return feed->want(is_feed_wanted(id));
    }
    const bool was_wanted = feed->is_wanted();
    if (!feed_relay_.watch(id, from, now_)) return;
    feed->want(true);
    if (was_wanted) feed->renew();
    // The other servers have had these.
    for (const RoomFeed::Piece& piece : feed->catch_up())
        cluster_->backplane().send(from, wire::encode_feed_piece(*piece.message));
}

/// A piece of a room's feed whose time has come, to all who watch it from other servers.
void Server::Loop::cast_feed(RoomId room, const RoomFeed::Piece& piece) {
    if (cluster_ && feed_relay_.is_watched(room))
        cluster_->backplane().cast(feed_topic(room), piece.message);
}

void Server::Loop::on_cluster(cluster::tell::Cast& cast) {
    take_feed_piece(cast.bytes);
}

/// Of another server's room, for the browsers here.
void Server::Loop::take_feed_piece(Bytes piece) {
    if (!web_) return;
    ByteReader reader(piece);
    const auto header = wire::read_feed_header(reader);
    if (!header || !feed_relay_.watched.contains(header->room)) return;
    web_->exchange.tell(bridge::tell::FeedItem{
        header->room,
        header->kind,
        header->tick,
        std::make_shared<const std::vector<std::uint8_t>>(piece.begin(), piece.end())});
}

void Server::Loop::renew_feeds() {
    for (const RoomId id : feed_relay_.expire(now_)) {
        RoomInstance* const room = directory_.find(id);
        if (RoomFeed* const feed = room ? room->feed() : nullptr) feed->want(is_feed_wanted(id));
    }
    if (now_ < feed_relay_.next_renewal) return;
    feed_relay_.next_renewal = now_ + FeedRelay::renewal;
    for (const RoomId room : std::set(feed_relay_.watched)) {
        directory_.find_remote(room) ? ask_for_feed(room, true) : end_remote_feed(room);
    }
}

/// Its server is gone, or did not say that the room is.
void Server::Loop::end_remote_feed(RoomId room) {
    watch_remote_feed(room, false);
    if (!web_) return;
    auto message = std::make_shared<std::vector<std::uint8_t>>();
    wire::write_feed_header({wire::FeedKind::end, room, {}}, *message);
    web_->exchange.tell(bridge::tell::FeedItem{room, wire::FeedKind::end, {}, std::move(message)});
}

} // namespace engine_net
