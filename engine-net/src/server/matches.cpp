#include "server/loop.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>

namespace engine_net {

// The queue: who asks for a match waits until others have come who fit, and is seated with them.

namespace {

using wire::RequestError;
using namespace std::chrono_literals;

constexpr Duration match_interval = 250ms;
constexpr Duration progress_interval = 1s;

} // namespace

void Server::Loop::queue(Session& session, const wire::JoinRoom& request) {
    wire::ControlEncoder::JoinAnswer refusal{
        request.request(), RequestError::none, {}, {}, {}, tick_, 0, 0};
    const RoomKind* const kind = directory_.find_kind(wire::view_of(request.kind()));
    if (!kind) {
        refusal.error = RequestError::unknown_kind;
    } else if (refusal.schema_digest = kind->schema.digest();
               refusal.schema_digest != request.schema_digest()) {
        refusal.error = RequestError::schema_mismatch;
    } else if (!kind->matchmaking) {
        refusal.error = RequestError::bad_request;
        refusal.detail = "there are no matches of this kind to wait for";
    } else if (queued_.contains(session.id())) {
        refusal.error = RequestError::not_now;
        refusal.detail = "already waiting for a match";
    } else if (const Seat* seat = seat_of(session);
               seat && match_rooms_.contains(seat->room->id())) {
        refusal.error = RequestError::not_now;
        refusal.detail = "leave the present match first";
    } else {
        MatchQueue::Entry entry{.session = session.id(),
                                .request = request.request(),
                                .name = session.name(),
                                .rank = request.rank(),
                                .party = std::string(wire::view_of(request.party())),
                                .party_size = request.party_size()};
        if (request.properties()) {
            for (const wire::Property* property : *request.properties())
                entry.properties.emplace(property->key()->str(), property->value()->str());
        }
        const auto queue = queues_.try_emplace(kind, *kind->matchmaking).first;
        switch (queue->second.add(std::move(entry), now_)) {
        case QueueVerdict::queued: queued_.emplace(session.id(), kind); return;
        case QueueVerdict::bad_party:
            refusal.error = RequestError::bad_request;
            refusal.detail = "the party is larger than a team, whole already, or of another size";
            break;
        case QueueVerdict::already_queued:
        case QueueVerdict::queue_full:
            refusal.error = RequestError::not_now;
            refusal.detail = "too many are waiting";
        }
    }
    send_logged(session, encoder_.join_answer(session.outgoing.next_offset(), refusal));
}

/// It waits no more; its request, if it did, which is left without an answer.
std::optional<std::uint32_t> Server::Loop::unqueue(const Session& session) {
    const auto queued = queued_.find(session.id());
    if (queued == queued_.end()) return std::nullopt;
    const RoomKind* const kind = queued->second;
    queued_.erase(queued);
    return queues_.at(kind).remove(session.id());
}

void Server::Loop::cancel_queue(Session& session) {
    const auto request = unqueue(session);
    if (!request) return;
    send_logged(session,
                encoder_.join_answer(session.outgoing.next_offset(),
                                     {*request, RequestError::cancelled, {}, {}, {}, tick_, 0, 0}));
}

void Server::Loop::make_matches() {
    if (now_ < next_matches_) return;
    next_matches_ = now_ + match_interval;
    const bool tells = now_ >= next_progress_;
    if (tells) next_progress_ = now_ + progress_interval;
    for (auto& [kind, queue] : queues_) {
        if (queue.is_empty()) continue;
        fill_matches(*kind, queue);
        for (const MatchQueue::Made& made : queue.match(now_)) open_match(*kind, made);
        if (tells) tell_progress(queue);
    }
}

/// Free seats of matches that run.
void Server::Loop::fill_matches(const RoomKind& kind, MatchQueue& queue) {
    for (const auto& [id, match] : match_rooms_) {
        RoomInstance* const room = directory_.find(id);
        if (!room || &room->kind() != &kind || !room->is_open()) continue;
        const std::size_t free = room->settings().capacity - room->players() - room->reserved();
        for (const MatchQueue::Entry& entry :
             queue.take_for_backfill(free, match.rank, match.properties, now_))
            seat_matched(room, entry, room->smallest_team(queue.rules().teams));
    }
}

void Server::Loop::open_match(const RoomKind& kind, const MatchQueue::Made& made) {
    std::size_t players = 0;
    MatchRoom match;
    for (const auto& team : made.teams) {
        for (const MatchQueue::Entry& entry : team) {
            match.rank += entry.rank;
            match.properties = entry.properties;
            ++players;
        }
    }
    match.rank /= static_cast<double>(std::max<std::size_t>(players, 1));
    RoomInstance* const room =
        players <= kind.capacity
            ? directory_.create(kind,
                                {.capacity = static_cast<std::uint32_t>(
                                     std::max(players, kind.matchmaking->players())),
                                 .is_by_invitation = true,
                                 .invite = invite_code(secrets_),
                                 .seed = secrets_.next()},
                                tick_,
                                now_)
            : nullptr;
    if (room) match_rooms_.emplace(room->id(), std::move(match));
    std::uint32_t number = 0;
    for (const auto& team : made.teams) {
        for (const MatchQueue::Entry& entry : team) seat_matched(room, entry, number);
        ++number;
    }
}

/// Null: there was no room to be had.
void Server::Loop::seat_matched(RoomInstance* room,
                                const MatchQueue::Entry& entry,
                                std::uint32_t team) {
    queued_.erase(entry.session);
    Session* const session = sessions_.find(entry.session);
    if (!session) return;
    wire::ControlEncoder::JoinAnswer answer{
        entry.request, RequestError::none, {}, {}, {}, tick_, 0, 0};
    std::string detail;
    if (!room) {
        answer.error = RequestError::too_many_rooms;
    } else if (room->has_banned(session->player().user)) {
        answer.error = RequestError::banned;
    } else {
        answer.schema_digest = room->kind().schema.digest();
        take_seat(
            *session, *room, {.id = {}, .session = session->id(), .team = team}, answer, detail);
    }
    send_logged(*session, encoder_.join_answer(session->outgoing.next_offset(), answer));
}

void Server::Loop::tell_progress(MatchQueue& queue) {
    for (const MatchQueue::Progress& progress : queue.progress(now_)) {
        Session* const session = sessions_.find(progress.session);
        if (!session || session->state() != SessionState::active) continue;
        send_logged(*session,
                    people_encoder_.queue_progress(session->outgoing.next_offset(),
                                                   progress.request,
                                                   progress.waiting,
                                                   progress.needed,
                                                   progress.waited,
                                                   progress.window));
    }
}

} // namespace engine_net
