#include "server/backend_asks.hpp"
#include "server/cluster.hpp"

#include <engine_net/limits.hpp>

namespace engine_net {

namespace {

using wire::RequestError;

bool names_room(const wire::JoinRoom& request) {
    return request.mode() == wire::JoinMode::join ||
           request.mode() == wire::JoinMode::join_by_invite;
}

} // namespace

void Server::Loop::join_room(Session& session, const wire::JoinRoom& request) {
    if (!backend_asks_ || !backend_asks_->hold_join(session, request)) let_join(session, request);
}

void Server::Loop::let_join(Session& session, const wire::JoinRoom& request) {
    if (request.mode() == wire::JoinMode::queue) return queue(session, request);
    if (cluster_ && cluster_->go_elsewhere(session, request)) return;
    std::string detail;
    const wire::ControlEncoder::JoinAnswer answer = try_join(session, request, detail);
    send_logged(session, encoder_.join_answer(session.outgoing.next_offset(), answer));
}

wire::ControlEncoder::JoinAnswer
Server::Loop::try_join(Session& session, const wire::JoinRoom& request, std::string& detail) {
    wire::ControlEncoder::JoinAnswer answer{
        request.request(), RequestError::none, {}, {}, {}, tick_, 0, 0};
    const Seat* const held = seat_of(session);
    const bool asks_for_held =
        held && request.mode() == wire::JoinMode::join && request.room() == held->room->id().value;
    if (drain_ && !asks_for_held) {
        answer.error = RequestError::server_closing;
        answer.detail = drain_->reason;
        return answer;
    }
    RoomInstance* const room = asks_for_held ? held->room : room_for(session, request, answer);
    if (!room) return answer;
    if (held && room == held->room) {
        answer.grace_ms = milliseconds_of(room->kind().grace_time);
        answer.room = room->id();
        answer.presence = held->presence;
        answer.invite = room->settings().invite;
        return answer;
    }
    const std::string_view invite = wire::view_of(request.invite());
    const bool has_reservation =
        request.mode() == wire::JoinMode::join_by_invite && directory_.has_reservation(invite);
    take_seat(session,
              *room,
              {.id = {},
               .session = session.id(),
               .is_spectator = names_room(request) && request.as_spectator() && !has_reservation,
               .team = has_reservation ? directory_.team_of(invite) : 0,
               .has_reservation = has_reservation},
              answer,
              detail);
    if (has_reservation && answer.error == RequestError::none) directory_.use_reservation(invite);
    return answer;
}

void Server::Loop::take_seat(Session& session,
                             RoomInstance& room,
                             RoomInstance::Newcomer newcomer,
                             wire::ControlEncoder::JoinAnswer& answer,
                             std::string& detail) {
    do {
        newcomer.id = PresenceId{++last_presence_};
    } while (room.has(newcomer.id)); // by a room that came from another server
    newcomer.name = session.player().name;
    newcomer.user = session.player().user;
    newcomer.colour = session.player().colour;
    const auto joined = room.join(newcomer);
    if (!joined) {
        answer.error = RequestError::refused_by_game;
        detail = joined.error();
        answer.detail = detail;
        return;
    }
    give_up_seat(session, LeaveReason::left);
    seats_.emplace(session.id(), Seat{&room, newcomer.id});
    if (!session.peer().is_set()) room.suspend(newcomer.id);
    directory_.note_change(room);
    note_place(session.id());
    session.next_ticket = now_;
    cancel_queue(session);
    ++stats_.joins;
    answer.room = room.id();
    answer.presence = newcomer.id;
    answer.invite = room.settings().invite;
    answer.grace_ms = milliseconds_of(room.kind().grace_time);
}

/// Null: `answer` says why not.
RoomInstance* Server::Loop::room_for(Session& session,
                                     const wire::JoinRoom& request,
                                     wire::ControlEncoder::JoinAnswer& answer) {
    if (!names_room(request)) return any_room(session, request, answer);
    RoomInstance* const room = named_room(request);
    answer.error = check_secrets(session, room, request);
    if (answer.error != RequestError::none) return nullptr;
    answer.schema_digest = room->kind().schema.digest();
    answer.error = answer.schema_digest != request.schema_digest()
                       ? RequestError::schema_mismatch
                       : check_place(session, *room, request);
    return answer.error == RequestError::none ? room : nullptr;
}

/// Of its kind: one with a free seat, or a new one.
RoomInstance* Server::Loop::any_room(const Session& session,
                                     const wire::JoinRoom& request,
                                     wire::ControlEncoder::JoinAnswer& answer) {
    const RoomKind* const kind = directory_.find_kind(wire::view_of(request.kind()));
    if (!kind) {
        answer.error = RequestError::unknown_kind;
        return nullptr;
    }
    answer.schema_digest = kind->schema.digest();
    if (answer.schema_digest != request.schema_digest()) {
        answer.error = RequestError::schema_mismatch;
        return nullptr;
    }
    if (request.mode() == wire::JoinMode::join_or_create) {
        RoomInstance* const room =
            directory_.find_with_seat(*kind, session.player().user, session.player().room);
        if (room) return room;
    }
    return new_room(session, *kind, request, {}, answer);
}

std::string Server::Loop::new_invite() {
    const std::string code = invite_code(secrets_);
    return cluster_ ? cluster_->invite_prefix() + code : code;
}

std::string_view Server::Loop::new_name(const Session& session, const wire::JoinRoom& request) {
    const std::string_view asked = wire::view_of(request.name());
    return asked.empty() ? session.player().room : asked;
}

bool Server::Loop::may_make(const Session& session,
                            const RoomKind& kind,
                            const wire::JoinRoom& request,
                            wire::ControlEncoder::JoinAnswer& answer) const {
    if (drain_) {
        answer.error = RequestError::server_closing;
        answer.detail = drain_->reason;
    } else if (!may_be_in(session.player(), new_name(session, request))) {
        answer.error = RequestError::not_allowed;
    } else if (!kind.accepts(wire::view_of(request.metadata()))) {
        answer.error = RequestError::bad_request;
        answer.detail = "the metadata is not what the game's schema says";
    }
    return answer.error == RequestError::none;
}

/// `id` is one that was claimed for it, or unset. Null: `answer` says why not.
RoomInstance* Server::Loop::new_room(const Session& session,
                                     const RoomKind& kind,
                                     const wire::JoinRoom& request,
                                     RoomId id,
                                     wire::ControlEncoder::JoinAnswer& answer) {
    if (!may_make(session, kind, request, answer)) return nullptr;
    const Bytes metadata = wire::view_of(request.metadata());
    RoomInstance* const room =
        directory_.create(kind,
                          {.id = id,
                           .name = std::string(new_name(session, request)),
                           .capacity = request.capacity(),
                           .is_private = request.is_private(),
                           .password = std::string(wire::view_of(request.password())),
                           .invite = new_invite(),
                           .metadata = {metadata.begin(), metadata.end()},
                           .seed = secrets_.next()},
                          tick_,
                          now_);
    if (!room) answer.error = RequestError::too_many_rooms;
    return room;
}

/// By id or by invite code. One that is private has no id for who does not know its code: it is as
/// good as none.
RoomInstance* Server::Loop::named_room(const wire::JoinRoom& request) const {
    if (request.mode() == wire::JoinMode::join_by_invite)
        return directory_.find_by_invite(wire::view_of(request.invite()));
    RoomInstance* const room = directory_.find(RoomId{request.room()});
    return room && !room->settings().is_private ? room : nullptr;
}

/// Whether there is one for it in a room that it may know of.
RequestError Server::Loop::check_place(const Session& session,
                                       const RoomInstance& room,
                                       const wire::JoinRoom& request) {
    if (!may_be_in(session.player(), room.settings().name)) return RequestError::not_allowed;
    if (room.has_banned(session.player().user)) return RequestError::banned;
    const bool is_invited = request.mode() == wire::JoinMode::join_by_invite;
    if (is_invited && directory_.has_reservation(wire::view_of(request.invite())))
        return RequestError::none;
    if (request.as_spectator())
        return room.has_place_to_watch() ? RequestError::none : RequestError::room_full;
    if (room.is_closed() || (room.settings().is_by_invitation && !is_invited))
        return RequestError::room_locked;
    return room.is_full() ? RequestError::room_full : RequestError::none;
}

/// Invite codes and passwords can be guessed, but not often. An id gives nothing away.
RequestError Server::Loop::check_secrets(Session& session,
                                         const RoomInstance* room,
                                         const wire::JoinRoom& request) {
    const std::string_view invite = wire::view_of(request.invite());
    const bool is_invited = request.mode() == wire::JoinMode::join_by_invite;
    const bool is_guess = is_invited || (room && !room->settings().password.empty());
    if (is_guess && !session.limits.guesses.allows(now_)) return RequestError::too_many_attempts;
    const bool needs_no_password = room && (room->settings().password.empty() ||
                                            (is_invited && directory_.has_reservation(invite)));
    const bool is_let_in =
        needs_no_password ||
        (room && is_same_text(room->settings().password, wire::view_of(request.password())));
    if (is_let_in) return RequestError::none;
    if (is_guess) session.limits.guesses.spend(now_);
    return room ? RequestError::wrong_password : RequestError::no_such_room;
}

void Server::Loop::leave_room(Session& session, LeaveReason reason, std::string_view detail) {
    const Seat* const seat = seat_of(session);
    if (!seat) return;
    const RoomId room = seat->room->id();
    give_up_seat(session, reason);
    send_logged(session, encoder_.room_left(session.outgoing.next_offset(), room, reason, detail));
}

void Server::Loop::give_up_seat(Session& session, LeaveReason reason) {
    const auto seat = seats_.find(session.id());
    if (seat == seats_.end()) return;
    RoomInstance& room = *seat->second.room;
    room.leave(seat->second.presence, reason, now_);
    directory_.note_change(room);
    channels_.expel(session.id(), room_channel(room.id()));
    seats_.erase(seat);
    note_place(session.id());
    session.next_ticket = now_;
    ++stats_.leaves;
}

Server::Loop::Seat* Server::Loop::seat_of(const Session& session) {
    const auto seat = seats_.find(session.id());
    return seat == seats_.end() ? nullptr : &seat->second;
}

} // namespace engine_net
