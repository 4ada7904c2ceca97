// Guests on channels.

#include "server/cluster.hpp"
#include "server/web.hpp"
#include "wire/text.hpp"

#include <engine_net/limits.hpp>

#include <utility>

namespace engine_net {

using bridge::GuestId;
using wire::RequestError;

namespace {

bool can_be_said(const std::string& event, const std::vector<std::uint8_t>& payload) {
    return payload.size() <= max_channel_payload_bytes &&
           wire::is_display_text(event, max_event_name_bytes);
}

} // namespace

void Server::Loop::Web::answer(const bridge::ask::Subscribe& ask) {
    const auto found = guests_.find(ask.guest);
    if (found == guests_.end() || !wire::is_display_text(ask.channel, max_channel_name_bytes))
        return reply(ask.ticket, RequestError::bad_request);
    Guest& guest = found->second;
    Membership as{guest.player, ask.may_publish};
    if (!ask.user.empty()) as.player.user = ask.user;
    if (!ask.name.empty()) as.player.name = ask.name;
    if (!wire::is_display_text(as.player.user, max_user_bytes) ||
        !wire::is_display_name(as.player.name))
        return reply(ask.ticket, RequestError::bad_request, "the user or name can't be");
    if (!guest.limits.requests.take(loop_.now_)) return reply(ask.ticket, RequestError::too_fast);
    const Speaker who{guest.session, &guest.player, &guest.limits, nullptr, true};
    if (!ask.is_authorised && !loop_.rights_on(ask.channel, who).subscribe)
        return reply(ask.ticket, RequestError::not_allowed);
    if (!guest.channels.contains(ask.channel)) {
        // The bridge's thread is told for all guests together, so none is told here.
        const auto verdict =
            loop_.channels_.subscribe({guest.session, as.player.user, as.player.name},
                                      ++guest.last_request,
                                      ask.channel,
                                      {},
                                      loop_.now_);
        if (verdict == ChannelTable::Verdict::too_many)
            return reply(ask.ticket, RequestError::not_now, "too many channels");
        loop_.channels_.suspend(guest.session);
        guest.channels.emplace(ask.channel, std::move(as));
        ++channels_[ask.channel].guests;
    }
    // The bridge's thread must know the channel before the answer comes.
    ChannelReader& reader = channels_[ask.channel];
    if (reader.epoch == 0) tell_channel(ask.channel, reader);
    if (reader.epoch == 0) return reader.waiting.push_back(ask.ticket);
    reply(ask.ticket, RequestError::none);
}

void Server::Loop::Web::answer(const bridge::ask::Unsubscribe& ask) {
    const auto found = guests_.find(ask.guest);
    if (found != guests_.end() && found->second.channels.contains(ask.channel))
        leave(found->second, ask.channel);
}

void Server::Loop::Web::leave(Guest& guest, const std::string& channel) {
    guest.channels.erase(channel);
    loop_.channels_.expel(guest.session, channel);
    const auto reader = channels_.find(channel);
    if (reader == channels_.end()) return;
    --reader->second.guests;
    forget_unread(channel);
}

void Server::Loop::Web::answer(const bridge::ask::Observe& ask) {
    if (!wire::is_display_text(ask.channel, max_channel_name_bytes)) return;
    loop_.channels_.observe(ask.channel, ask.is_wanted);
    if (ask.is_wanted) {
        ChannelReader& reader = channels_[ask.channel];
        reader.is_observed = true;
        if (reader.epoch == 0) tell_channel(ask.channel, reader);
    } else if (const auto reader = channels_.find(ask.channel); reader != channels_.end()) {
        reader->second.is_observed = false;
    }
    forget_unread(ask.channel);
}

/// If nobody wants to know what it says.
void Server::Loop::Web::forget_unread(const std::string& channel) {
    const auto reader = channels_.find(channel);
    if (reader == channels_.end() || reader->second.is_observed || reader->second.is_heard ||
        reader->second.guests > 0)
        return;
    channels_.erase(reader);
    exchange.tell(bridge::tell::ChannelClosed{channel});
}

void Server::Loop::Web::answer(const bridge::ask::Publish& ask) {
    const auto found = guests_.find(ask.guest);
    const bool is_chat = ask.kind == ChannelKind::chat;
    if (found == guests_.end() || ask.kind > ChannelKind::chat)
        return reply(ask.ticket, RequestError::bad_request);
    if (!can_be_said(is_chat && ask.event.empty() ? "chat" : ask.event, ask.payload))
        return reply(ask.ticket, RequestError::bad_request, "an event needs a name");
    Guest& guest = found->second;
    Speaker who{guest.session, &guest.player, &guest.limits, nullptr, true};
    if (const auto as = guest.channels.find(ask.channel); as != guest.channels.end()) {
        who.player = &as->second.player;
        who.is_authorised = as->second.may_publish;
    }
    const Saying saying{ask.channel, ask.kind, ask.event, ask.payload};
    bool is_flood = false;
    RequestError error = loop_.check(who, saying, is_flood);
    if (is_flood) ++loop_.stats_.refused.too_fast;
    const SessionId not_to = ask.to_self ? SessionId{} : who.session;
    if (error == RequestError::none && !loop_.say(who, saying, not_to))
        error = RequestError::not_now;
    reply(ask.ticket, error);
}

void Server::Loop::Web::answer(const bridge::ask::Announce& ask) {
    if (!wire::is_display_text(ask.channel, max_channel_name_bytes) ||
        !can_be_said(ask.event, ask.payload))
        return reply(ask.ticket, RequestError::bad_request);
    const auto guest = guests_.find(ask.not_to);
    const bool is_said = loop_.channels_.publish(
        ask.channel,
        {.event = ask.event,
         .payload = ask.payload,
         .not_to = guest == guests_.end() ? SessionId{} : guest->second.session},
        loop_.now_);
    reply(ask.ticket, is_said ? RequestError::none : RequestError::not_now);
}

/// How many are on each channel, where that has changed.
void Server::Loop::Web::tell_channel_use() {
    if (!tells_channel_use_) return;
    for (auto& [channel, subscribers] : loop_.channels_.take_changed_use())
        exchange.tell(bridge::tell::ChannelUse{channel, subscribers});
}

void Server::Loop::Web::tell_channels() {
    std::vector<std::string> over;
    for (auto& [name, reader] : channels_) {
        if (!tell_channel(name, reader)) over.push_back(name);
    }
    for (const std::string& name : over) {
        channels_.erase(name);
        for (auto& [id, guest] : guests_) guest.channels.erase(name);
        exchange.tell(bridge::tell::ChannelClosed{name});
    }
    tell_heard();
}

/// The channels that are heard since a moment ago.
void Server::Loop::Web::tell_heard() {
    for (const std::string& name : loop_.channels_.take_heard()) {
        ChannelReader& reader = channels_[name];
        reader.is_heard = true;
        tell_channel(name, reader);
    }
}

void Server::Loop::Web::tell_last(const std::string& channel) {
    if (exchange.is_congested()) return;
    tell_heard();
    const auto reader = channels_.find(channel);
    if (reader != channels_.end()) tell_channel(channel, reader->second);
}

/// False: there is no such channel any more.
bool Server::Loop::Web::tell_channel(const std::string& name, ChannelReader& reader) {
    if (loop_.channels_.is_awaited(name)) return true;
    const auto channel = loop_.channels_.read(name, false);
    const bool is_other = channel && reader.epoch != 0 && channel->epoch != reader.epoch;
    // A cluster's goes on with another epoch; any other one would be another channel.
    if (!channel || (is_other && !loop_.cluster_)) return false;
    const ChannelLog& log = *channel->log;
    const bool is_opened = reader.epoch == 0 || is_other || reader.next < log.begin();
    if (!is_opened && reader.next == log.end()) return true;

    std::vector<bridge::tell::ChannelItem> items;
    for (std::uint64_t number = is_opened ? log.begin() : reader.next; number < log.end();
         ++number) {
        const ChannelLog::Message& said = log.at(number);
        const auto sender = by_session_.find(said.not_to);
        items.push_back({number,
                         said.kind,
                         said.user,
                         said.name,
                         said.event,
                         said.payload,
                         sender == by_session_.end() ? GuestId{} : sender->second});
    }
    reader.epoch = channel->epoch;
    reader.next = log.end();
    if (!is_opened) {
        exchange.tell(bridge::tell::ChannelNews{name, std::move(items)});
        return true;
    }
    bridge::tell::ChannelOpened opened{
        name, channel->epoch, log.begin(), log.end(), std::move(items), {}};
    const auto with_members = loop_.channels_.read(name, true);
    for (const ChannelMessage& member : with_members->members) {
        opened.members.push_back({.kind = ChannelKind::member,
                                  .user = std::string(member.user),
                                  .name = std::string(member.name)});
    }
    exchange.tell(std::move(opened));
    for (const std::uint64_t ticket : std::exchange(reader.waiting, {}))
        reply(ticket, RequestError::none);
    return true;
}

} // namespace engine_net
