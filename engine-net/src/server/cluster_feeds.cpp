#include "core/bytes.hpp"
#include "server/cluster.hpp"
#include "server/web.hpp"

namespace engine_net {

// Browsers watch rooms of any server at any server: the frames travel by the backplane.

void Server::Loop::Cluster::watch_remote_feed(RoomId room, bool is_wanted) {
    const bool has_changed =
        is_wanted ? feeds_.watched.try_emplace(room).second : feeds_.watched.contains(room);
    if (!has_changed) return;
    if (is_wanted) {
        gate_.backplane().listen(feed_topic(room));
        return ask_for_feed(room);
    }
    gate_.backplane().unlisten(feed_topic(room));
    if (const cluster::NodeId asked = feeds_.watched.at(room); asked.is_set())
        gate_.backplane().send(asked, wire::encode_watch_feed(room, false));
    feeds_.watched.erase(room);
}

/// Whoever has it; it may have gone to another server.
void Server::Loop::Cluster::ask_for_feed(RoomId room) {
    const ClusterGate::Node* const node = gate_.holder_of(room);
    if (!node) return;
    feeds_.watched[room] = node->stay.node;
    gate_.backplane().send(node->stay.node, wire::encode_watch_feed(room, true));
}

/// A room that was another server's is this one's now.
void Server::Loop::Cluster::show_here(RoomInstance& room) {
    if (feeds_.watched.erase(room.id()) == 0) return;
    gate_.backplane().unlisten(feed_topic(room.id()));
    if (!loop_.web_ || !room.feed()) return;
    loop_.web_->watched.insert(room.id());
    room.feed()->want(true);
}

/// Another server's.
void Server::Loop::Cluster::take(cluster::NodeId from, const wire::tables::WatchFeed& watch) {
    const RoomId id{watch.room()};
    RoomInstance* const room = loop_.directory_.find(id);
    RoomFeed* const feed = room ? room->feed() : nullptr;
    if (!feed || room->settings().is_private) return;
    if (!watch.is_wanted()) {
        feeds_.unwatch(id, from);
        return feed->want(loop_.is_feed_wanted(id));
    }
    const bool was_wanted = feed->is_wanted();
    if (!feeds_.watch(id, from, loop_.now_)) return;
    feed->want(true);
    if (was_wanted) feed->renew();
    // The other servers have had these.
    for (const RoomFeed::Piece& piece : feed->catch_up())
        gate_.backplane().send(from, wire::encode_feed_piece(*piece.message));
}

void Server::Loop::Cluster::cast_feed(RoomId room, const RoomFeed::Piece& piece) {
    if (feeds_.is_watched(room)) gate_.backplane().cast(feed_topic(room), piece.message);
}

void Server::Loop::Cluster::on(cluster::tell::Cast& cast) {
    take_feed_piece(cast.bytes);
}

/// Of another server's room, for the browsers here.
void Server::Loop::Cluster::take_feed_piece(Bytes piece) {
    if (!loop_.web_) return;
    ByteReader reader(piece);
    const auto header = wire::read_feed_header(reader);
    if (!header || !feeds_.watched.contains(header->room)) return;
    loop_.web_->exchange.tell(bridge::tell::FeedItem{
        header->room,
        header->kind,
        header->tick,
        std::make_shared<const std::vector<std::uint8_t>>(piece.begin(), piece.end())});
}

void Server::Loop::Cluster::renew_feeds() {
    for (const RoomId id : feeds_.expire(loop_.now_)) {
        RoomInstance* const room = loop_.directory_.find(id);
        if (RoomFeed* const feed = room ? room->feed() : nullptr)
            feed->want(loop_.is_feed_wanted(id));
    }
    const bool is_due = loop_.now_ >= feeds_.next_renewal;
    if (is_due) feeds_.next_renewal = loop_.now_ + FeedRelay::renewal;
    std::vector<RoomId> over;
    for (const auto& [room, asked] : feeds_.watched) {
        const ClusterGate::Node* const node = gate_.holder_of(room);
        if (node && (is_due || node->stay.node != asked)) ask_for_feed(room);
        if (!node && is_due) over.push_back(room);
    }
    for (const RoomId room : over) end_remote_feed(room);
}

/// Its server is gone, or did not say that the room is.
void Server::Loop::Cluster::end_remote_feed(RoomId room) {
    watch_remote_feed(room, false);
    if (!loop_.web_) return;
    auto message = std::make_shared<std::vector<std::uint8_t>>();
    wire::write_feed_header({wire::FeedKind::end, room, {}}, *message);
    loop_.web_->exchange.tell(
        bridge::tell::FeedItem{room, wire::FeedKind::end, {}, std::move(message)});
}

} // namespace engine_net
