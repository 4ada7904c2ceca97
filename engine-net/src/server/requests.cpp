#include "server/loop.hpp"

#include <engine_net/limits.hpp>

namespace engine_net {

namespace {

bool names_room(const wire::JoinRoom& request) {
    return request.mode() == wire::JoinMode::join ||
           request.mode() == wire::JoinMode::join_by_invite;
}

std::string_view view_of(const flatbuffers::String* text) {
    return text ? text->string_view() : std::string_view();
}

} // namespace

void Server::Loop::route_logged(Session& session, const wire::Envelope& envelope) {
    switch (envelope.message_type()) {
    case wire::Message::JoinRoom: return join_room(session, *envelope.message_as_JoinRoom());
    case wire::Message::RequestSchema:
        return begin_schema(session, *envelope.message_as_RequestSchema());
    case wire::Message::WatchRooms: return watch_rooms(session, *envelope.message_as_WatchRooms());
    case wire::Message::LeaveRoom: return leave_room(session, LeaveReason::left, {});
    case wire::Message::ListRooms: return list_rooms(session, *envelope.message_as_ListRooms());
    case wire::Message::Event: {
        const wire::Event& event = *envelope.message_as_Event();
        Seat* const seat = seat_of(session);
        // What was meant for a room left a moment ago is no error.
        if (!seat || seat->room->id().value != event.room()) return;
        const EventBytes payload(event.payload()->data(), event.payload()->size());
        if (!seat->room->receive_event(seat->presence, payload))
            charge(session, &RefusedStats::malformed_messages);
        return;
    }
    case wire::Message::Goodbye: {
        const PeerId peer = session.peer();
        give_up_seat(session, LeaveReason::left);
        sessions_.close(session, now_);
        // The client disconnects by itself once it knows that this has arrived.
        closing_.push_back({peer, now_ + config_.handshake_timeout});
        return;
    }
    default: return charge(session, &RefusedStats::unexpected_messages);
    }
}

void Server::Loop::join_room(Session& session, const wire::JoinRoom& request) {
    std::string detail;
    const wire::ControlEncoder::JoinAnswer answer = try_join(session, request, detail);
    send_logged(session, encoder_.join_answer(session.outgoing.next_offset(), answer));
}

wire::ControlEncoder::JoinAnswer
Server::Loop::try_join(Session& session, const wire::JoinRoom& request, std::string& detail) {
    wire::ControlEncoder::JoinAnswer answer{
        request.request(), wire::RequestError::none, {}, {}, {}, tick_, 0, 0};
    const Seat* const held = seat_of(session);
    const bool asks_for_held =
        held && request.mode() == wire::JoinMode::join && request.room() == held->room->id().value;
    RoomInstance* const room = asks_for_held ? held->room : room_for(session, request, answer);
    if (!room) return answer;
    answer.grace_ms = milliseconds_of(room->kind().grace_time);
    if (held && room == held->room) {
        answer.room = room->id();
        answer.presence = held->presence;
        answer.invite = room->settings().invite;
        return answer;
    }
    const PresenceId presence{++last_presence_};
    const auto joined = room->join(presence, session.id(), session.name());
    if (!joined) {
        answer.error = wire::RequestError::refused_by_game;
        detail = joined.error();
        answer.detail = detail;
        return answer;
    }
    give_up_seat(session, LeaveReason::left);
    seats_.emplace(session.id(), Seat{room, presence});
    directory_.note_change(*room);
    ++stats_.joins;
    answer.room = room->id();
    answer.presence = presence;
    answer.invite = room->settings().invite;
    return answer;
}

/// Null: `answer` says why not.
RoomInstance* Server::Loop::room_for(Session& session,
                                     const wire::JoinRoom& request,
                                     wire::ControlEncoder::JoinAnswer& answer) {
    const auto refuse = [&answer](wire::RequestError error) -> RoomInstance* {
        answer.error = error;
        return nullptr;
    };
    const auto is_foreign = [&](const RoomKind& kind) {
        answer.schema_digest = kind.schema.digest();
        return answer.schema_digest != request.schema_digest();
    };
    if (names_room(request)) {
        RoomInstance* const room = named_room(request);
        if (const auto error = check_secrets(session, room, request);
            error != wire::RequestError::none)
            return refuse(error);
        if (is_foreign(room->kind())) return refuse(wire::RequestError::schema_mismatch);
        if (room->is_locked()) return refuse(wire::RequestError::room_locked);
        return room->is_open() ? room : refuse(wire::RequestError::room_full);
    }
    const RoomKind* const kind =
        request.kind() ? directory_.find_kind(request.kind()->string_view()) : nullptr;
    if (!kind) return refuse(wire::RequestError::unknown_kind);
    if (is_foreign(*kind)) return refuse(wire::RequestError::schema_mismatch);
    if (request.mode() == wire::JoinMode::join_or_create) {
        if (RoomInstance* const room = directory_.find_with_seat(*kind)) return room;
    }
    RoomInstance* const room =
        directory_.create(*kind,
                          {.name = std::string(view_of(request.name())),
                           .capacity = request.capacity(),
                           .is_private = request.is_private(),
                           .password = std::string(view_of(request.password())),
                           .invite = invite_code(secrets_),
                           .seed = secrets_.next()},
                          tick_,
                          now_);
    return room ? room : refuse(wire::RequestError::too_many_rooms);
}

/// By id or by invite code. One that is private has no id for who does not know its code: it is as
/// good as none.
RoomInstance* Server::Loop::named_room(const wire::JoinRoom& request) const {
    if (request.mode() == wire::JoinMode::join_by_invite)
        return directory_.find_by_invite(view_of(request.invite()));
    RoomInstance* const room = directory_.find(RoomId{request.room()});
    return room && !room->settings().is_private ? room : nullptr;
}

/// Invite codes and passwords can be guessed, but not often. An id gives nothing away.
wire::RequestError Server::Loop::check_secrets(Session& session,
                                               const RoomInstance* room,
                                               const wire::JoinRoom& request) {
    const bool is_guess = request.mode() == wire::JoinMode::join_by_invite ||
                          (room && !room->settings().password.empty());
    if (is_guess && !session.guesses.allows(now_)) return wire::RequestError::too_many_attempts;
    const std::string_view password = room ? room->settings().password : std::string_view();
    const bool is_let_in =
        room && (password.empty() || is_same_text(password, view_of(request.password())));
    if (is_let_in) return wire::RequestError::none;
    if (is_guess) session.guesses.fail(now_);
    return room ? wire::RequestError::wrong_password : wire::RequestError::no_such_room;
}

/// A session that asks again has another peer, or wants another one; what it was being sent ends.
void Server::Loop::begin_schema(Session& session, const wire::RequestSchema& request) {
    const RoomKind* const kind = directory_.find_kind_of(request.digest());
    if (!kind) return charge(session, &RefusedStats::unexpected_messages);
    schemas_.insert_or_assign(session.id(), SchemaSender(*kind));
}

void Server::Loop::watch_rooms(const Session& session, const wire::WatchRooms& request) {
    watches_.erase(session.id());
    if (request.on()) watches_.emplace(session.id(), RoomWatch(request.request(), directory_));
}

void Server::Loop::list_rooms(Session& session, const wire::ListRooms& request) {
    const auto total = static_cast<std::uint32_t>(directory_.listed());
    const std::vector<RoomSummary> page =
        directory_.page(request.first(), max_rooms_per_page, now_);
    send_logged(session,
                encoder_.room_list(session.outgoing.next_offset(), request.request(), total, page));
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
    seat->second.room->leave(seat->second.presence, reason, now_);
    directory_.note_change(*seat->second.room);
    seats_.erase(seat);
    ++stats_.leaves;
}

Server::Loop::Seat* Server::Loop::seat_of(const Session& session) {
    const auto seat = seats_.find(session.id());
    return seat == seats_.end() ? nullptr : &seat->second;
}

void Server::Loop::send_logged(Session& session, Bytes message) {
    session.outgoing.append(message);
    if (!session.peer().is_set()) return;
    if (!host_->send(session.peer(), Channel::events, message)) session.mark_stuck();
}

} // namespace engine_net
