#include "server/loop.hpp"
#include "wire/text.hpp"

#include <engine_net/limits.hpp>

namespace engine_net {

using wire::RequestError;

ChannelRights Server::Loop::rights_on(std::string_view channel, const Session& session) {
    const Seat* const seat = seat_of(session);
    const Player& player = session.player();
    const ChannelRequest request{
        channel, session.id(), player.user, player.name, seat ? seat->room->id() : RoomId{}};
    return config_.authorise_channel ? config_.authorise_channel(request)
                                     : default_channel_rights(request);
}

void Server::Loop::subscribe(Session& session, const wire::Subscribe& request) {
    const std::string channel(wire::view_of(request.channel()));
    if (!wire::is_display_text(channel, max_channel_name_bytes))
        return answer(session, request.request(), RequestError::bad_request);
    if (!rights_on(channel, session).subscribe)
        return answer(session, request.request(), RequestError::not_allowed);
    const Player& player = session.player();
    const auto verdict = channels_.subscribe({session.id(), player.user, player.name},
                                             request.request(),
                                             channel,
                                             {request.epoch(), request.next(), request.recent()},
                                             now_);
    if (verdict == ChannelTable::Verdict::too_many)
        answer(session, request.request(), RequestError::not_now, "too many channels");
}

void Server::Loop::publish(Session& session, const wire::Publish& request) {
    bool is_flood = false;
    const RequestError error = check_publish(session, request, is_flood);
    if (is_flood && refuse_as_too_fast(session)) return;
    if (error != RequestError::none) return answer(session, request.request(), error);
    const Player& player = session.player();
    const Bytes payload = wire::view_of(request.payload());
    const bool is_said =
        channels_.publish(wire::view_of(request.channel()),
                          {.kind = static_cast<ChannelKind>(request.kind()),
                           .user = player.user,
                           .name = player.name,
                           .event = std::string(wire::view_of(request.event())),
                           .payload = {payload.begin(), payload.end()},
                           .not_to = request.to_self() ? SessionId{} : session.id()},
                          now_);
    answer(session, request.request(), is_said ? RequestError::none : RequestError::not_now);
}

/// `is_flood`: it is refused for coming too fast.
RequestError
Server::Loop::check_publish(Session& session, const wire::Publish& request, bool& is_flood) {
    SessionLimits& limits = session.limits;
    is_flood = !limits.publishes.take(now_);
    if (is_flood) return RequestError::too_fast;
    const std::string_view channel = wire::view_of(request.channel());
    if (!wire::is_display_text(channel, max_channel_name_bytes)) return RequestError::bad_request;
    if (!rights_on(channel, session).publish) return RequestError::not_allowed;
    if (request.kind() != wire::ChannelKind::chat) return RequestError::none;

    const Bytes payload = wire::view_of(request.payload());
    const std::string_view text(reinterpret_cast<const char*>(payload.data()), payload.size());
    if (!wire::is_display_text(text, max_chat_bytes)) return RequestError::bad_request;
    const Seat* const seat = seat_of(session);
    if (seat && channel == room_channel(seat->room->id()) &&
        seat->room->roster().find(seat->presence)->is_muted)
        return RequestError::muted;
    // Who goes on while muted is a flooder.
    is_flood = now_ < limits.muted_until;
    if (is_flood) return RequestError::muted;
    if (limits.chats.take(now_)) return RequestError::none;
    limits.muted_until = now_ + config_.limits.mute_time;
    return RequestError::muted;
}

bool Server::Loop::publish(std::string_view channel, std::string_view event, Bytes payload) {
    return channels_.publish(
        channel, {.event = std::string(event), .payload = {payload.begin(), payload.end()}}, now_);
}

} // namespace engine_net
