#include "core/assert.hpp"
#include "server/cluster.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <set>

namespace engine_net {

// What those who are in a room do besides playing, and who is where.

using wire::RequestError;

/// Why it has nothing to say in that room.
RequestError Server::Loop::check_seat(const Session& session, RoomId room) {
    const Seat* const seat = seat_of(session);
    if (!seat && cluster_ && cluster_->has_gone(session.id())) return RequestError::not_now;
    if (!seat || seat->room->id() != room) return RequestError::not_in_room;
    return seat->room->is_frozen() ? RequestError::not_now : RequestError::none;
}

void Server::Loop::command_room(Session& session, const wire::RoomCommand& command) {
    const RequestError problem = check_seat(session, RoomId{command.room()});
    if (problem != RequestError::none) return answer(session, command.request(), problem);
    const Seat* const seat = seat_of(session);
    RoomInstance& room = *seat->room;
    const auto verb = static_cast<RoomVerb>(command.verb());
    if (verb == RoomVerb::reserve && room.is_full())
        return answer(session, command.request(), RequestError::room_full);
    std::string detail;
    const RequestError error = room.command(seat->presence,
                                            verb,
                                            PresenceId{command.presence()},
                                            std::string(wire::view_of(command.reason())),
                                            detail);
    if (error == RequestError::none && verb == RoomVerb::reserve) {
        detail = new_invite();
        directory_.reserve(room, detail, now_ + config_.reservation_time);
    }
    answer(session, command.request(), error, detail);
}

void Server::Loop::set_metadata(Session& session, const wire::SetMetadata& request) {
    const RequestError problem = check_seat(session, RoomId{request.room()});
    if (problem != RequestError::none) return answer(session, request.request(), problem);
    const Seat* const seat = seat_of(session);
    const Bytes description = wire::view_of(request.metadata());
    const std::vector<std::uint8_t> metadata(description.begin(), description.end());
    if (!seat->room->kind().accepts(metadata))
        return answer(session, request.request(), RequestError::bad_request);
    const bool is_set = seat->room->set_metadata(seat->presence, metadata);
    answer(session, request.request(), is_set ? RequestError::none : RequestError::not_host);
}

void Server::Loop::call(Session& session, const wire::Call& call) {
    const std::string_view name = wire::view_of(call.name());
    const Bytes payload = wire::view_of(call.payload());
    CallResult result = CallResult::refuse({});
    if (call.room() != 0) {
        const RequestError problem = check_seat(session, RoomId{call.room()});
        if (problem != RequestError::none) return answer(session, call.request(), problem);
        const Seat* const seat = seat_of(session);
        result = seat->room->call(seat->presence, name, payload);
    } else {
        const auto handler = calls_.find(name);
        if (handler == calls_.end())
            return answer(session, call.request(), RequestError::bad_request, "no such call");
        const Player& player = session.player();
        result = handler->second({session.id(), player.user, player.name}, payload);
    }
    if (!result.is_answered())
        return answer(session, call.request(), RequestError::refused_by_game, result.reason());
    const Bytes reply(result.payload());
    ENGINE_NET_ASSERT(reply.size() <= max_call_bytes);
    answer(session,
           call.request(),
           RequestError::none,
           {},
           reply.first(std::min(reply.size(), max_call_bytes)));
}

void Server::Loop::on_call(std::string name, CallHandler handler) {
    calls_.insert_or_assign(std::move(name), std::move(handler));
}

/// The session is in another room, or that has another phase.
void Server::Loop::note_place(SessionId session) {
    const auto seat = seats_.find(session);
    if (seat == seats_.end()) return users_.set_place(session, {});
    const RoomInstance& room = *seat->second.room;
    users_.set_place(
        session,
        {room.id(), room.settings().is_private, room.roster().phase() == RoomPhase::playing});
}

void Server::Loop::watch_users(const Session& session, const wire::WatchUsers& request) {
    std::set<std::string> users;
    for (const flatbuffers::String* user : *request.users()) users.insert(user->str());
    users_.watch(session.id(), request.request(), users);
}

} // namespace engine_net
