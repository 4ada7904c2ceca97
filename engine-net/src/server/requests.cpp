#include "room/room_select.hpp"
#include "server/backend_asks.hpp"
#include "server/cluster.hpp"
#include "wire/text.hpp"

#include <engine_net/limits.hpp>

namespace engine_net {

namespace {

/// The number of a request that is refused when it comes too fast; 0: it is no such one.
std::uint32_t request_of(const wire::Envelope& envelope) {
    switch (envelope.message_type()) {
    case wire::Message::JoinRoom: return envelope.message_as_JoinRoom()->request();
    case wire::Message::ListRooms: return envelope.message_as_ListRooms()->request();
    case wire::Message::FindRooms: return envelope.message_as_FindRooms()->request();
    case wire::Message::RoomCommand: return envelope.message_as_RoomCommand()->request();
    case wire::Message::SetMetadata: return envelope.message_as_SetMetadata()->request();
    case wire::Message::Subscribe: return envelope.message_as_Subscribe()->request();
    case wire::Message::Publish: return envelope.message_as_Publish()->request();
    case wire::Message::Call: return envelope.message_as_Call()->request();
    default: return 0;
    }
}

} // namespace

void Server::Loop::route_logged(Session& session, const wire::Envelope& envelope) {
    if (envelope.message_type() == wire::Message::Event && !session.player().is_admin)
        return take_event(session, *envelope.message_as_Event());
    if (envelope.message_type() == wire::Message::Goodbye) return take_goodbye(session);
    if (!session.limits.requests.take(now_)) {
        if (refuse_as_too_fast(session)) return;
        if (const std::uint32_t request = request_of(envelope))
            return answer(session, request, wire::RequestError::too_fast);
    }
    if (session.player().is_admin) return route_admin(session, envelope);
    switch (envelope.message_type()) {
    case wire::Message::JoinRoom: return join_room(session, *envelope.message_as_JoinRoom());
    case wire::Message::LeaveRoom:
        if (backend_asks_) backend_asks_->cancel_join(session);
        if (cluster_ && cluster_->leave_gone(session)) return;
        return leave_room(session, LeaveReason::left, {});
    case wire::Message::CancelQueue: return cancel_queue(session);
    case wire::Message::RequestSchema:
        return begin_schema(session, *envelope.message_as_RequestSchema());
    case wire::Message::WatchRooms: return watch_rooms(session, *envelope.message_as_WatchRooms());
    case wire::Message::ListRooms: return list_rooms(session, *envelope.message_as_ListRooms());
    case wire::Message::FindRooms: return find_rooms(session, *envelope.message_as_FindRooms());
    default: return route_people(session, envelope);
    }
}

void Server::Loop::route_people(Session& session, const wire::Envelope& envelope) {
    switch (envelope.message_type()) {
    case wire::Message::RoomCommand:
        return command_room(session, *envelope.message_as_RoomCommand());
    case wire::Message::SetMetadata:
        return set_metadata(session, *envelope.message_as_SetMetadata());
    case wire::Message::Call: return call(session, *envelope.message_as_Call());
    case wire::Message::Subscribe: return subscribe(session, *envelope.message_as_Subscribe());
    case wire::Message::Unsubscribe:
        return unsubscribe(session.id(), envelope.message_as_Unsubscribe()->request());
    case wire::Message::Publish: return publish(session, *envelope.message_as_Publish());
    case wire::Message::SetStatus: {
        const wire::SetStatus& status = *envelope.message_as_SetStatus();
        const std::string text(wire::view_of(status.text()));
        const bool is_shown = text.empty() || wire::is_display_text(text, max_status_bytes);
        return users_.set_status(session.id(), status.is_away(), is_shown ? text : std::string());
    }
    case wire::Message::WatchUsers: return watch_users(session, *envelope.message_as_WatchUsers());
    default: return charge(session, &RefusedStats::unexpected_messages);
    }
}

void Server::Loop::take_event(Session& session, const wire::Event& event) {
    const EventBytes payload(event.payload()->data(), event.payload()->size());
    if (cluster_ && cluster_->take_late_event(session, RoomId{event.room()}, payload)) return;
    Seat* const seat = seat_of(session);
    // What was meant for a room left a moment ago is no error.
    if (!seat || seat->room->id().value != event.room()) return;
    if (!seat->room->receive_event(seat->presence, payload))
        charge(session, &RefusedStats::malformed_messages);
}

void Server::Loop::take_goodbye(Session& session) {
    const PeerId peer = session.peer();
    give_up_seat(session, LeaveReason::left);
    forget(session);
    sessions_.close(session, now_);
    // The client disconnects by itself once it knows that this has arrived.
    closing_.push_back({peer, now_ + config_.handshake_timeout});
}

bool Server::Loop::refuse_as_too_fast(Session& session) {
    ++stats_.refused.too_fast;
    if (session.limits.refuse(now_) <= config_.limits.refusals) return false;
    ++stats_.refused.flooders;
    log(LogLevel::warning, "a session was ended for asking too much too fast");
    end(session, LeaveReason::kicked, "too many requests");
    return true;
}

void Server::Loop::answer(Session& session,
                          std::uint32_t request,
                          wire::RequestError error,
                          std::string_view detail,
                          Bytes payload) {
    send_logged(
        session,
        people_encoder_.answer(session.outgoing.next_offset(), request, error, detail, payload));
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

void Server::Loop::find_rooms(Session& session, const wire::FindRooms& request) {
    if (!session.limits.searches.take(now_)) {
        if (refuse_as_too_fast(session)) return;
        return answer(session, request.request(), wire::RequestError::too_fast);
    }
    const RoomQuery query = wire::query_of(request);
    if (!is_sound(query))
        return answer(session, request.request(), wire::RequestError::bad_request);
    const std::vector<QueriedRoom>& rooms = directory_.queried(now_);
    const Selected selected = select_rooms(rooms, query);
    std::vector<RoomSummary> page;
    page.reserve(selected.indices.size());
    for (const std::size_t index : selected.indices) page.push_back(rooms[index].summary);
    send_logged(session,
                encoder_.room_list(
                    session.outgoing.next_offset(), request.request(), selected.total, page));
}

void Server::Loop::send_logged(Session& session, Bytes message) {
    session.outgoing.append(message);
    if (!session.peer().is_set()) return;
    if (!transmit(session.peer(), Channel::events, message)) session.mark_stuck();
}

} // namespace engine_net
