// What a Pusher connection is on, and what is said there.

#include "bridge/json_text.hpp"
#include "bridge/pusher_session.hpp"
#include "bridge/tell_errors.hpp"
#include "bridge/webhook_events.hpp"
#include "wire/text.hpp"

#include <engine_net/limits.hpp>

#include <utility>

namespace engine_net::bridge::pusher {

Event event_of(const tell::ChannelItem& item) {
    if (item.kind == ChannelKind::chat) {
        return {
            std::string(chat_event),
            to_text(Json{{"text", payload_json(item.kind, item.payload)}, {"name", item.name}})};
    }
    const std::string_view text(reinterpret_cast<const char*>(item.payload.data()),
                                item.payload.size());
    const std::string name =
        item.user.empty() ? item.event : std::string(client_prefix).append(item.event);
    return {name,
            wire::is_utf8(text) ? std::string(text)
                                : to_text(payload_json(item.kind, item.payload))};
}

SharedBytes frame_of(const Said& said, const std::string& channel) {
    const tell::ChannelItem& item = said.item();
    const Event event = event_of(item);
    Json message{
        {"channel", channel}, {"event", event.name}, {"at", said.at()}, {"data", event.data}};
    if (!item.user.empty()) message["user_id"] = item.user;
    return make_text(to_text(message));
}

void Session::subscribe(const Json& data) {
    const std::string channel = text_of(data, "channel");
    auto name = parse_name(channel);
    if (!name) {
        return refuse_channel(channel,
                              "InvalidName",
                              "A channel's name has 1 to 164 letters, digits and _-=@,.; in it.",
                              400);
    }
    if (places_.contains(channel)) return; // it is on it already, or soon
    if (name->kind == Kind::own && (user_.empty() || name->channel != channel_of_user(user_)))
        return refuse_channel(channel, "AuthError", "Sign in as this user first.", 401);
    Place place{.name = std::move(*name)};
    const bool is_guarded = place.name.kind != Kind::open;
    if (is_guarded && place.name.kind != Kind::own && !check_signature(channel, data, place))
        return;
    ask::Subscribe request{.guest = guest_,
                           .channel = place.name.channel,
                           .is_authorised = is_guarded,
                           .may_publish = is_guarded,
                           .user = place.user,
                           .name = place.shown_name};
    names_[place.name.channel] = channel;
    places_[channel] = place; // until it is let in it is nowhere there
    hub().channels.subscribe(
        std::move(request),
        weak_self(),
        [weak = weak_self(), channel, after = text_of(data, "after")](const tell::Answer& answer,
                                                                      const ChannelLog* log) {
            const auto self = weak.lock();
            if (!self || self->is_over()) return;
            const auto found = self->places_.find(channel);
            if (found == self->places_.end()) return; // it has left meanwhile
            if (log) return self->begin_channel(channel, found->second, *log, after);
            self->forget(channel);
            self->refuse_channel(channel,
                                 answer.error == tell::Error::not_allowed ? "AuthError" : "Refused",
                                 detail_of(answer),
                                 status_of(answer.error));
        });
}

bool Session::check_signature(const std::string& channel, const Json& data, Place& place) {
    const std::string channel_data = text_of(data, "channel_data");
    if (!is_signed_subscription(
            app_->config(), text_of(data, "auth"), socket_id_, channel, channel_data)) {
        ++hub().stats.refused_messages;
        refuse_channel(channel,
                       "AuthError",
                       "The signature is missing or wrong: see key and secret of the backend that "
                       "signs for channels.",
                       401);
        return false;
    }
    return place.name.kind != Kind::presence || take_member(channel, channel_data, place);
}

/// Who it is on a presence channel, as was signed.
bool Session::take_member(const std::string& channel,
                          const std::string& channel_data,
                          Place& place) {
    const Json member = parse_json(channel_data).value_or(Json());
    const Json id = member.is_object() ? member.value("user_id", Json()) : Json();
    if (id.is_string()) place.user = id.get<std::string>();
    if (id.is_number_integer()) place.user = to_text(id);
    const Json info = member.is_object() ? member.value("user_info", Json()) : Json();
    std::string text = to_text(info);
    if (place.user.empty() || place.user.size() > max_user_bytes || text.size() > max_info_bytes) {
        refuse_channel(channel,
                       "InvalidMember",
                       "channel_data needs a user_id of 1 to 64 bytes, and a user_info of 1 kB at "
                       "most.",
                       400);
        return false;
    }
    const ChannelLog* log = hub().channels.find(place.name.channel);
    const std::size_t most = app_->config().max_presence_members;
    if (log && log->members().size() >= most && !log->members().contains(place.user)) {
        refuse_channel(channel, "LimitReached", "The channel has as many members as it may.", 403);
        return false;
    }
    place.shown_name = text_of(info, "name").substr(0, max_name_bytes);
    if (!wire::is_display_name(place.shown_name)) place.shown_name = place.user;
    place.info = app_->hold(place.name.channel, place.user, std::move(text));
    return true;
}

void Session::begin_channel(const std::string& channel,
                            Place& place,
                            const ChannelLog& log,
                            const std::string& after) {
    const auto position = parse_position(after);
    const auto start = position ? log.start_after(*position) : log.start_with_newest(0);
    place.epoch = log.epoch();
    place.next = start.next;
    place.is_on = true;
    send_members(channel, place, log);
    if (place.name.is_cache && !position) send_newest(channel, log);
    send_new(log, place);
}

/// It is on the channel. Also said anew when who is there has to be told anew.
void Session::send_members(const std::string& channel, const Place& place, const ChannelLog& log) {
    Json data = Json::object();
    if (place.name.kind == Kind::presence) {
        std::map<std::string, Json> members;
        for (const auto& [user, member] : log.members()) {
            members[user] =
                parse_json(app_->info_of(log.name(), user, member.item().name)).value_or(Json());
        }
        // The server may tell of it later.
        members[place.user] = parse_json(*place.info).value_or(Json());
        Json ids = Json::array();
        for (const auto& [user, info] : members) ids.push_back(user);
        data["presence"] = {{"ids", ids}, {"hash", members}, {"count", members.size()}};
    }
    send_event("pusher_internal:subscription_succeeded", data, channel);
}

/// Of a cache channel: what was said last.
void Session::send_newest(const std::string& channel, const ChannelLog& log) {
    for (std::uint64_t number = log.next(); number > log.begin(); --number) {
        const ChannelKind kind = log[number - 1].item().kind;
        if (kind != ChannelKind::message && kind != ChannelKind::chat) continue;
        return send_frame(frame_of(log[number - 1], channel));
    }
    send_event("pusher:cache_miss", Json::object(), channel);
    if (hub().webhooks) hub().webhooks->on_cache_miss(log.name());
}

void Session::on_news(const ChannelLog& log) {
    const auto name = names_.find(log.name());
    const auto found = name == names_.end() ? places_.end() : places_.find(name->second);
    if (found == places_.end() || !found->second.is_on) return;
    Place& place = found->second;
    if (place.epoch != log.epoch() || place.next < log.begin()) {
        const auto start = log.start_after({place.epoch, place.next - 1});
        place.epoch = log.epoch();
        place.next = start.next;
        if (start.is_reset && place.name.kind == Kind::presence)
            send_members(name->second, place, log);
    }
    send_new(log, place);
}

void Session::send_new(const ChannelLog& log, Place& place) {
    const auto name = names_.find(log.name());
    if (name == names_.end()) return;
    for (; place.next < log.next() && !is_over(); ++place.next) {
        const Said& said = log[place.next];
        const ChannelKind kind = said.item().kind;
        const bool is_of_member = kind == ChannelKind::joined || kind == ChannelKind::left;
        if (said.not_to() == guest_ || (is_of_member && said.item().user == place.user)) continue;
        send_frame(said.as(Said::Form::pusher, [&] {
            return is_of_member ? member_frame(said, name->second) : frame_of(said, name->second);
        }));
    }
}

/// Who came, or is gone.
SharedBytes Session::member_frame(const Said& said, const std::string& channel) const {
    const tell::ChannelItem& item = said.item();
    Json data{{"user_id", item.user}};
    const bool has_come = item.kind == ChannelKind::joined;
    const std::string ours = parse_name(channel).value_or(Name{}).channel;
    if (has_come)
        data["user_info"] = parse_json(app_->info_of(ours, item.user, item.name)).value_or(Json());
    return make_text(to_text(Json{
        {"event", has_come ? "pusher_internal:member_added" : "pusher_internal:member_removed"},
        {"channel", channel},
        {"data", to_text(data)}}));
}

void Session::on_over(const std::string& channel) {
    const auto name = names_.find(channel);
    if (name == names_.end()) return;
    const std::string theirs = name->second;
    forget(theirs);
    refuse_channel(theirs, "Over", "The channel is over.", 410);
}

void Session::forget(const std::string& channel) {
    const auto place = places_.find(channel);
    if (place == places_.end()) return;
    names_.erase(place->second.name.channel);
    places_.erase(place);
}

void Session::unsubscribe(const Json& data) {
    const std::string channel = text_of(data, "channel");
    const auto place = places_.find(channel);
    if (place == places_.end()) return;
    hub().channels.unsubscribe(guest_, place->second.name.channel);
    forget(channel);
}

void Session::tell_count(const std::string& channel, std::size_t subscribers) {
    const auto name = names_.find(channel);
    if (name == names_.end()) return;
    const Place& place = places_.at(name->second);
    if (!place.is_on || place.name.kind == Kind::presence) return;
    send_event(
        "pusher_internal:subscription_count", {{"subscription_count", subscribers}}, name->second);
}

void Session::refuse_channel(const std::string& channel,
                             std::string_view type,
                             std::string_view error,
                             int status) {
    send_event("pusher:subscription_error",
               {{"type", type}, {"error", error}, {"status", status}},
               channel);
}

} // namespace engine_net::bridge::pusher
