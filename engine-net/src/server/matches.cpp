#include "server/backend_asks.hpp"
#include "server/cluster.hpp"

#include <engine_net/limits.hpp>

namespace engine_net {

// Who asks for a match waits until others have come who fit, and is seated with them.

using wire::RequestError;

void Server::Loop::queue(Session& session, const wire::JoinRoom& request) {
    wire::ControlEncoder::JoinAnswer refusal{
        request.request(), RequestError::none, {}, {}, {}, tick_, 0, 0};
    check_wait(session, request, refusal);
    if (refusal.error == RequestError::none) {
        const RoomKind& kind = *directory_.find_kind(wire::view_of(request.kind()));
        begin_wait(session, kind, request, refusal);
    }
    if (refusal.error == RequestError::none) return; // answered when there is a match
    send_logged(session, encoder_.join_answer(session.outgoing.next_offset(), refusal));
}

void Server::Loop::check_wait(const Session& session,
                              const wire::JoinRoom& request,
                              wire::ControlEncoder::JoinAnswer& refusal) {
    const RoomKind* const kind = directory_.find_kind(wire::view_of(request.kind()));
    const Seat* const seat = seat_of(session);
    if (drain_) {
        refusal.error = RequestError::server_closing;
        refusal.detail = drain_->reason;
    } else if (!kind) {
        refusal.error = RequestError::unknown_kind;
    } else if (refusal.schema_digest = kind->schema.digest();
               refusal.schema_digest != request.schema_digest()) {
        refusal.error = RequestError::schema_mismatch;
    } else if (!kind->matchmaking) {
        refusal.error = RequestError::bad_request;
        refusal.detail = "there are no matches of this kind to wait for";
    } else if (!session.player().room.empty()) {
        refusal.error = RequestError::not_allowed;
        refusal.detail = "the connect token is for a room that is not made by a queue";
    } else if (seat && matches_.has_opened(seat->room->id())) {
        refusal.error = RequestError::not_now;
        refusal.detail = "leave the present match first";
    }
}

void Server::Loop::begin_wait(const Session& session,
                              const RoomKind& kind,
                              const wire::JoinRoom& request,
                              wire::ControlEncoder::JoinAnswer& refusal) {
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
    explain(wait_for_match(kind, std::move(entry)), refusal);
}

/// What speaks against a wait.
void Server::Loop::explain(QueueVerdict verdict, wire::ControlEncoder::JoinAnswer& refusal) {
    switch (verdict) {
    case QueueVerdict::queued: return;
    case QueueVerdict::bad_party:
        refusal.error = RequestError::bad_request;
        refusal.detail = "the party is larger than a team, whole already, or of another size";
        return;
    case QueueVerdict::already_queued:
        refusal.error = RequestError::not_now;
        refusal.detail = "already waiting for a match";
        return;
    case QueueVerdict::queue_full:
        refusal.error = RequestError::not_now;
        refusal.detail = "too many are waiting";
    }
}

QueueVerdict Server::Loop::wait_for_match(const RoomKind& kind, MatchQueue::Entry entry) {
    if (cluster_) return cluster_->wait_for_match(kind, std::move(entry));
    return matches_.add(kind, std::move(entry), now_);
}

/// The request of one that waited.
std::optional<std::uint32_t> Server::Loop::stop_waiting(SessionId session) {
    return cluster_ ? cluster_->stop_waiting(session) : matches_.remove(session);
}

void Server::Loop::cancel_queue(Session& session) {
    if (backend_asks_) backend_asks_->cancel_queue(session);
    const auto request = stop_waiting(session.id());
    if (!request) return;
    send_logged(session,
                encoder_.join_answer(session.outgoing.next_offset(),
                                     {*request, RequestError::cancelled, {}, {}, {}, tick_, 0, 0}));
}

void Server::Loop::make_matches() {
    const auto make_room = [this] {
        return RoomDirectory::NewRoom{.invite = new_invite(), .seed = secrets_.next()};
    };
    for (const Matches::Seating& seating : matches_.make(tick_, now_, make_room))
        seat_matched(seating);
    for (const MatchQueue::Progress& progress : matches_.progress(now_)) {
        if (cluster_ && cluster_->tell_progress_elsewhere(progress)) continue;
        Session* const session = find_listening(progress.session);
        if (!session) continue;
        send_logged(*session,
                    people_encoder_.queue_progress(session->outgoing.next_offset(),
                                                   progress.request,
                                                   progress.waiting,
                                                   progress.needed,
                                                   progress.waited,
                                                   progress.window));
    }
}

void Server::Loop::seat_matched(const Matches::Seating& seating) {
    if (cluster_ && cluster_->seat_elsewhere(seating)) return;
    Session& session = *sessions_.find(seating.session);
    wire::ControlEncoder::JoinAnswer answer{
        seating.request, RequestError::none, {}, {}, {}, tick_, 0, 0};
    std::string detail;
    if (!seating.room) {
        answer.error = RequestError::too_many_rooms;
    } else if (seating.room->has_banned(session.player().user)) {
        answer.error = RequestError::banned;
    } else {
        answer.schema_digest = seating.room->kind().schema.digest();
        take_seat(session,
                  *seating.room,
                  {.id = {}, .session = session.id(), .team = seating.team},
                  answer,
                  detail);
    }
    send_logged(session, encoder_.join_answer(session.outgoing.next_offset(), answer));
}

} // namespace engine_net
