#include "server/loop.hpp"

#include <utility>

namespace engine_net {

// Of a cluster one server makes the matches for all. A player of another server gets a seat that is
// kept in the match's room, and goes there by its code.

using wire::tables::WaitEnd;

namespace {

wire::WaitingPlayer player_of(const ClusterQueue::Own& own) {
    const MatchQueue::Entry& entry = own.entry;
    return {entry.session,
            entry.request,
            own.kind,
            entry.name,
            entry.rank,
            entry.properties,
            entry.party,
            entry.party_size};
}

MatchQueue::Entry entry_of(wire::WaitingPlayer player) {
    return {player.session,
            player.request,
            std::move(player.name),
            player.rank,
            std::move(player.properties),
            std::move(player.party),
            player.party_size};
}

} // namespace

/// Whether who waits here waits in this server's own queue.
bool Server::Loop::is_matcher() const {
    return !cluster_ || !cluster_queue_.matcher.is_set() ||
           cluster_queue_.matcher == cluster_->stay().node;
}

QueueVerdict Server::Loop::wait_for_match(const RoomKind& kind, MatchQueue::Entry entry) {
    if (!cluster_) return matches_.add(kind, std::move(entry), now_);
    const SessionId session = entry.session;
    if (cluster_queue_.own.contains(session)) return QueueVerdict::already_queued;
    ClusterQueue::Own own{kind.name, std::move(entry)};
    if (is_matcher()) {
        const QueueVerdict verdict = matches_.add(kind, own.entry, now_);
        if (verdict != QueueVerdict::queued) return verdict;
    } else {
        cluster_->backplane().send(cluster_queue_.matcher, wire::encode_waiting(player_of(own)));
    }
    cluster_queue_.own.emplace(session, std::move(own));
    return QueueVerdict::queued;
}

/// The request of one that waited.
std::optional<std::uint32_t> Server::Loop::stop_waiting(SessionId session) {
    if (!cluster_) return matches_.remove(session);
    const auto own = cluster_queue_.own.extract(session);
    if (own.empty()) return std::nullopt;
    matches_.remove(session);
    if (!is_matcher())
        cluster_->backplane().send(cluster_queue_.matcher, wire::encode_not_waiting(session));
    return own.mapped().entry.request;
}

void Server::Loop::poll_cluster_queue() {
    if (now_ < cluster_queue_.next_renewal || !cluster_->is_up()) return;
    cluster_queue_.next_renewal = now_ + ClusterQueue::renewal;
    if (!drain_) {
        cluster_->backplane().claim(
            std::string(matcher_claim), config_.cluster->node_name, config_.cluster->lease_time);
    }
    if (is_matcher()) return forget_foreign_players(now_ - ClusterQueue::kept);
    for (const auto& [session, own] : cluster_queue_.own)
        cluster_->backplane().send(cluster_queue_.matcher, wire::encode_waiting(player_of(own)));
}

/// Those of whom nothing was heard since then.
void Server::Loop::forget_foreign_players(Time since) {
    std::erase_if(cluster_queue_.foreign, [&](const auto& player) {
        if (player.second.heard > since) return false;
        matches_.remove(player.first);
        return true;
    });
}

/// Another server makes the matches from now on, or this one does; unset: each its own.
void Server::Loop::take_matcher(cluster::NodeId matcher) {
    const bool was_matcher = is_matcher();
    if (std::exchange(cluster_queue_.matcher, matcher) == matcher) return;
    cluster_queue_.next_renewal = now_;
    if (matcher != cluster_->stay().node) forget_foreign_players(now_);
    if (was_matcher == is_matcher()) return;
    for (const auto& [session, own] : cluster_queue_.own) {
        if (is_matcher()) {
            matches_.add(*directory_.find_kind(own.kind), own.entry, now_);
        } else {
            matches_.remove(session);
        }
    }
}

/// False: it is a session of this server.
bool Server::Loop::seat_elsewhere(const Matches::Seating& seating) {
    const auto player = cluster_queue_.foreign.extract(seating.session);
    if (player.empty()) return false;
    WaitEnd end = WaitEnd::no_room;
    std::string code;
    if (seating.room && !seating.room->is_full()) {
        end = WaitEnd::matched;
        code = new_invite();
        directory_.reserve(*seating.room, code, now_ + config_.reservation_time, seating.team);
    }
    cluster_->backplane().send(player.mapped().node,
                               wire::encode_wait_over(seating.session, seating.request, end, code));
    return true;
}

bool Server::Loop::tell_progress_elsewhere(const MatchQueue::Progress& progress) {
    const auto player = cluster_queue_.foreign.find(progress.session);
    if (player == cluster_queue_.foreign.end()) return false;
    cluster_->backplane().send(player->second.node,
                               wire::encode_wait_progress(progress.session,
                                                          progress.request,
                                                          progress.waiting,
                                                          progress.needed,
                                                          progress.waited,
                                                          progress.window));
    return true;
}

void Server::Loop::take(cluster::NodeId from, const wire::tables::Waiting& waiting) {
    const SessionId session{waiting.session()};
    const RoomKind* const kind = directory_.find_kind(waiting.kind()->str());
    if (cluster_queue_.matcher != cluster_->stay().node || sessions_.find(session) || !kind ||
        !kind->matchmaking)
        return;
    if (const auto known = cluster_queue_.foreign.find(session);
        known != cluster_queue_.foreign.end()) {
        known->second = {from, now_};
        return;
    }
    const QueueVerdict verdict = matches_.add(*kind, entry_of(wire::player_of(waiting)), now_);
    if (verdict == QueueVerdict::queued) {
        cluster_queue_.foreign.emplace(session, ClusterQueue::Foreign{from, now_});
        return;
    }
    const WaitEnd end =
        verdict == QueueVerdict::bad_party ? WaitEnd::bad_party : WaitEnd::queue_full;
    cluster_->backplane().send(from, wire::encode_wait_over(session, waiting.request(), end, {}));
}

void Server::Loop::take(cluster::NodeId, const wire::tables::NotWaiting& waiting) {
    const SessionId session{waiting.session()};
    if (cluster_queue_.foreign.erase(session) > 0) matches_.remove(session);
}

void Server::Loop::take(cluster::NodeId from, const wire::tables::WaitOver& over) {
    const auto own = cluster_queue_.own.find(SessionId{over.session()});
    if (own == cluster_queue_.own.end() || own->second.entry.request != over.request()) return;
    const RoomKind& kind = *directory_.find_kind(own->second.kind);
    cluster_queue_.own.erase(own);
    Session& session = *sessions_.find(SessionId{over.session()});
    const ClusterGate::Node* const node = cluster_->find(from);
    if (over.end() == WaitEnd::matched && node) {
        SeatGrant grant;
        wire::ControlEncoder::JoinRoom request{};
        request.request = over.request();
        request.mode = wire::JoinMode::join_by_invite;
        request.schema_digest = kind.schema.digest();
        request.invite = wire::view_of(over.invite());
        const Bytes join = encoder_.join_room(0, request);
        grant.join.assign(join.begin(), join.end());
        return send_elsewhere(session, over.request(), *node, std::move(grant));
    }
    wire::ControlEncoder::JoinAnswer refusal{
        over.request(), wire::RequestError::too_many_rooms, {}, {}, {}, tick_, 0, 0};
    if (over.end() == WaitEnd::bad_party) explain(QueueVerdict::bad_party, refusal);
    if (over.end() == WaitEnd::queue_full) explain(QueueVerdict::queue_full, refusal);
    send_logged(session, encoder_.join_answer(session.outgoing.next_offset(), refusal));
}

void Server::Loop::take(cluster::NodeId, const wire::tables::WaitProgress& progress) {
    Session* const session = find_listening(SessionId{progress.session()});
    if (!session || !cluster_queue_.own.contains(session->id())) return;
    send_logged(*session,
                people_encoder_.queue_progress(session->outgoing.next_offset(),
                                               progress.request(),
                                               progress.waiting(),
                                               progress.needed(),
                                               std::chrono::milliseconds(progress.waited_ms()),
                                               progress.window()));
}

} // namespace engine_net
