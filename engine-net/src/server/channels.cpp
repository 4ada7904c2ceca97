#include "server/backend_asks.hpp"
#include "wire/text.hpp"

#include <engine_net/limits.hpp>

#include <charconv>

namespace engine_net {

using wire::RequestError;

Server::Loop::Speaker Server::Loop::speaker(Session& session) {
    return {session.id(), &session.player(), &session.limits, seat_of(session)};
}

ChannelRights Server::Loop::rights_on(std::string_view channel, const Speaker& who) const {
    const ChannelRequest request{channel,
                                 who.session,
                                 who.player->user,
                                 who.player->name,
                                 who.seat ? who.seat->room->id() : RoomId{},
                                 who.is_from_web};
    return config_.authorise_channel ? config_.authorise_channel(request)
                                     : default_channel_rights(request);
}

void Server::Loop::subscribe(Session& session, const wire::Subscribe& request) {
    const std::string channel(wire::view_of(request.channel()));
    if (!wire::is_display_text(channel, max_channel_name_bytes))
        return answer(session, request.request(), RequestError::bad_request);
    const bool is_decided = backend_asks_ && BackendAsks::decides(channel);
    const bool has_rules = !is_decided || config_.authorise_channel;
    if (has_rules && !rights_on(channel, speaker(session)).subscribe)
        return answer(session, request.request(), RequestError::not_allowed);
    if (is_decided && !channels_.has_subscriber(session.id(), channel))
        return backend_asks_->hold_subscribe(session, request);
    const Player& player = session.player();
    const auto verdict = channels_.subscribe({session.id(), player.user, player.name},
                                             request.request(),
                                             channel,
                                             {request.epoch(), request.next(), request.recent()},
                                             now_);
    if (verdict == ChannelTable::Verdict::too_many)
        answer(session, request.request(), RequestError::not_now, "too many channels");
}

void Server::Loop::unsubscribe(SessionId session, std::uint32_t request) {
    if (backend_asks_) backend_asks_->cancel_subscribe(session, request);
    channels_.unsubscribe(session, request);
}

void Server::Loop::publish(Session& session, const wire::Publish& request) {
    Speaker who = speaker(session);
    const Saying saying{wire::view_of(request.channel()),
                        static_cast<ChannelKind>(request.kind()),
                        wire::view_of(request.event()),
                        wire::view_of(request.payload())};
    if (backend_asks_) backend_asks_->identify(who, saying.channel);
    bool is_flood = false;
    const RequestError error = check(who, saying, is_flood);
    if (is_flood && refuse_as_too_fast(session)) return;
    if (error != RequestError::none) return answer(session, request.request(), error);
    const bool is_said = say(who, saying, request.to_self() ? SessionId{} : session.id());
    answer(session, request.request(), is_said ? RequestError::none : RequestError::not_now);
}

RequestError Server::Loop::check(const Speaker& who, const Saying& saying, bool& is_flood) {
    SessionLimits& limits = *who.limits;
    is_flood = !limits.publishes.take(now_);
    if (is_flood) return RequestError::too_fast;
    if (!wire::is_display_text(saying.channel, max_channel_name_bytes))
        return RequestError::bad_request;
    if (!who.is_authorised && !rights_on(saying.channel, who).publish)
        return RequestError::not_allowed;
    if (saying.kind != ChannelKind::chat) return RequestError::none;

    const std::string_view text(reinterpret_cast<const char*>(saying.payload.data()),
                                saying.payload.size());
    if (!wire::is_display_text(text, max_chat_bytes)) return RequestError::bad_request;
    if (who.seat && saying.channel == room_channel(who.seat->room->id()) &&
        who.seat->room->roster().find(who.seat->presence)->is_muted)
        return RequestError::muted;
    // Who goes on while muted is a flooder.
    is_flood = now_ < limits.muted_until;
    if (is_flood) return RequestError::muted;
    if (limits.chats.take(now_)) return RequestError::none;
    limits.muted_until = now_ + config_.limits.mute_time;
    return RequestError::muted;
}

bool Server::Loop::say(const Speaker& who, const Saying& saying, SessionId not_to) {
    const bool is_said =
        channels_.publish(saying.channel,
                          {.kind = saying.kind,
                           .user = who.player->user,
                           .name = who.player->name,
                           .event = std::string(saying.event),
                           .payload = {saying.payload.begin(), saying.payload.end()},
                           .not_to = not_to},
                          now_);
    if (is_said && saying.kind == ChannelKind::chat) note_chat(saying, who.player->name);
    return is_said;
}

/// Null: it is the channel of no room.
RoomInstance* Server::Loop::find_room_of(std::string_view channel) const {
    const std::size_t slash = channel.find('/');
    if (slash == std::string_view::npos) return nullptr;
    const std::string_view number = channel.substr(slash + 1);
    RoomId id;
    std::from_chars(number.data(), number.data() + number.size(), id.value);
    return channel == room_channel(id) ? directory_.find(id) : nullptr;
}

/// For the recording of the room whose channel it is.
void Server::Loop::note_chat(const Saying& saying, const std::string& name) {
    RoomInstance* const room = find_room_of(saying.channel);
    if (!room) return;
    room->note_chat(name,
                    {reinterpret_cast<const char*>(saying.payload.data()), saying.payload.size()});
}

bool Server::Loop::publish(std::string_view channel, std::string_view event, Bytes payload) {
    return channels_.publish(
        channel, {.event = std::string(event), .payload = {payload.begin(), payload.end()}}, now_);
}

} // namespace engine_net
