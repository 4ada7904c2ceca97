#include "server/cluster.hpp"

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
bool Server::Loop::Cluster::is_matcher() const {
    return !queue_.matcher.is_set() || queue_.matcher == gate_.stay().node;
}

QueueVerdict Server::Loop::Cluster::wait_for_match(const RoomKind& kind, MatchQueue::Entry entry) {
    const SessionId session = entry.session;
    if (queue_.own.contains(session)) return QueueVerdict::already_queued;
    ClusterQueue::Own own{kind.name, std::move(entry)};
    if (is_matcher()) {
        const QueueVerdict verdict = loop_.matches_.add(kind, own.entry, loop_.now_);
        if (verdict != QueueVerdict::queued) return verdict;
    } else {
        gate_.backplane().send(queue_.matcher, wire::encode_waiting(player_of(own)));
    }
    queue_.own.emplace(session, std::move(own));
    return QueueVerdict::queued;
}

std::optional<std::uint32_t> Server::Loop::Cluster::stop_waiting(SessionId session) {
    const auto own = queue_.own.extract(session);
    if (own.empty()) return std::nullopt;
    loop_.matches_.remove(session);
    if (!is_matcher()) gate_.backplane().send(queue_.matcher, wire::encode_not_waiting(session));
    return own.mapped().entry.request;
}

void Server::Loop::Cluster::poll_queue() {
    if (loop_.now_ < queue_.next_renewal || !gate_.is_up()) return;
    queue_.next_renewal = loop_.now_ + ClusterQueue::renewal;
    if (!loop_.drain_) {
        gate_.backplane().claim(
            std::string(matcher_claim), config().node_name, config().lease_time);
    }
    if (is_matcher()) return forget_foreign_players(loop_.now_ - ClusterQueue::kept);
    for (const auto& [session, own] : queue_.own)
        gate_.backplane().send(queue_.matcher, wire::encode_waiting(player_of(own)));
}

/// Those of whom nothing was heard since then.
void Server::Loop::Cluster::forget_foreign_players(Time since) {
    std::erase_if(queue_.foreign, [&](const auto& player) {
        if (player.second.heard > since) return false;
        loop_.matches_.remove(player.first);
        return true;
    });
}

/// Another server makes the matches from now on, or this one does; unset: each its own.
void Server::Loop::Cluster::take_matcher(cluster::NodeId matcher) {
    const bool was_matcher = is_matcher();
    if (std::exchange(queue_.matcher, matcher) == matcher) return;
    queue_.next_renewal = loop_.now_;
    if (matcher != gate_.stay().node) forget_foreign_players(loop_.now_);
    if (was_matcher == is_matcher()) return;
    for (const auto& [session, own] : queue_.own) {
        if (is_matcher()) {
            loop_.matches_.add(*loop_.directory_.find_kind(own.kind), own.entry, loop_.now_);
        } else {
            loop_.matches_.remove(session);
        }
    }
}

bool Server::Loop::Cluster::seat_elsewhere(const Matches::Seating& seating) {
    queue_.own.erase(seating.session);
    const auto player = queue_.foreign.extract(seating.session);
    if (player.empty()) return false;
    WaitEnd end = WaitEnd::no_room;
    std::string code;
    if (seating.room && !seating.room->is_full()) {
        end = WaitEnd::matched;
        code = loop_.new_invite();
        loop_.directory_.reserve(
            *seating.room, code, loop_.now_ + loop_.config_.reservation_time, seating.team);
    }
    gate_.backplane().send(player.mapped().node,
                           wire::encode_wait_over(seating.session, seating.request, end, code));
    return true;
}

bool Server::Loop::Cluster::tell_progress_elsewhere(const MatchQueue::Progress& progress) {
    const auto player = queue_.foreign.find(progress.session);
    if (player == queue_.foreign.end()) return false;
    gate_.backplane().send(player->second.node,
                           wire::encode_wait_progress(progress.session,
                                                      progress.request,
                                                      progress.waiting,
                                                      progress.needed,
                                                      progress.waited,
                                                      progress.window));
    return true;
}

void Server::Loop::Cluster::take(cluster::NodeId from, const wire::tables::Waiting& waiting) {
    const SessionId session{waiting.session()};
    const RoomKind* const kind = loop_.directory_.find_kind(waiting.kind()->str());
    if (queue_.matcher != gate_.stay().node || loop_.sessions_.find(session) || !kind ||
        !kind->matchmaking)
        return;
    if (const auto known = queue_.foreign.find(session); known != queue_.foreign.end()) {
        known->second = {from, loop_.now_};
        return;
    }
    const QueueVerdict verdict =
        loop_.matches_.add(*kind, entry_of(wire::player_of(waiting)), loop_.now_);
    if (verdict == QueueVerdict::queued) {
        queue_.foreign.emplace(session, ClusterQueue::Foreign{from, loop_.now_});
        return;
    }
    const WaitEnd end =
        verdict == QueueVerdict::bad_party ? WaitEnd::bad_party : WaitEnd::queue_full;
    gate_.backplane().send(from, wire::encode_wait_over(session, waiting.request(), end, {}));
}

void Server::Loop::Cluster::take(cluster::NodeId, const wire::tables::NotWaiting& waiting) {
    const SessionId session{waiting.session()};
    if (queue_.foreign.erase(session) > 0) loop_.matches_.remove(session);
}

void Server::Loop::Cluster::take(cluster::NodeId from, const wire::tables::WaitOver& over) {
    const auto own = queue_.own.find(SessionId{over.session()});
    if (own == queue_.own.end() || own->second.entry.request != over.request()) return;
    const RoomKind& kind = *loop_.directory_.find_kind(own->second.kind);
    queue_.own.erase(own);
    Session& session = *loop_.sessions_.find(SessionId{over.session()});
    const ClusterGate::Node* const node = gate_.find(from);
    if (over.end() == WaitEnd::matched && node) {
        SeatGrant grant;
        wire::ControlEncoder::JoinRoom request{};
        request.request = over.request();
        request.mode = wire::JoinMode::join_by_invite;
        request.schema_digest = kind.schema.digest();
        request.invite = wire::view_of(over.invite());
        const Bytes join = loop_.encoder_.join_room(0, request);
        grant.join.assign(join.begin(), join.end());
        return send_elsewhere(session, over.request(), *node, std::move(grant));
    }
    wire::ControlEncoder::JoinAnswer refusal{
        over.request(), wire::RequestError::too_many_rooms, {}, {}, {}, loop_.tick_, 0, 0};
    if (over.end() == WaitEnd::bad_party) explain(QueueVerdict::bad_party, refusal);
    if (over.end() == WaitEnd::queue_full) explain(QueueVerdict::queue_full, refusal);
    loop_.send_logged(session, loop_.encoder_.join_answer(session.outgoing.next_offset(), refusal));
}

void Server::Loop::Cluster::take(cluster::NodeId, const wire::tables::WaitProgress& progress) {
    Session* const session = loop_.find_listening(SessionId{progress.session()});
    if (!session || !queue_.own.contains(session->id())) return;
    loop_.send_logged(
        *session,
        loop_.people_encoder_.queue_progress(session->outgoing.next_offset(),
                                             progress.request(),
                                             progress.waiting(),
                                             progress.needed(),
                                             std::chrono::milliseconds(progress.waited_ms()),
                                             progress.window()));
}

} // namespace engine_net
