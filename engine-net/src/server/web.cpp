#include "bridge/feed_schema.hpp"
#include "core/assert.hpp"
#include "server/cluster.hpp"
#include "wire/text.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <utility>

namespace engine_net {

using bridge::GuestId;
using wire::RequestError;

namespace {

/// What every browser's list is made from.
constexpr Duration room_list_interval = std::chrono::milliseconds(250);

bridge::tell::Error error_for_web(RequestError error) {
    using bridge::tell::Error;
    switch (error) {
    case RequestError::none: return Error::none;
    case RequestError::bad_request: return Error::bad_request;
    case RequestError::too_fast: return Error::too_fast;
    case RequestError::muted: return Error::muted;
    case RequestError::no_such_room: return Error::not_found;
    case RequestError::not_now: return Error::not_now;
    default: return Error::not_allowed;
    }
}

} // namespace

std::optional<StartError> Server::Loop::start_bridge() {
    if (!config_.bridge) return std::nullopt;
    web_ = std::make_unique<WebGate>();
    bridge::ServerInfo info{.tick_rate = config_.tick_rate};
    for (const auto& [name, kind] : directory_.kinds()) {
        if (kind.feed_rate == 0) continue;
        bridge::KindInfo& about = info.kinds[name];
        about.schema_json = bridge::feed_schema_json(kind.schema, config_.tick_rate);
        about.frames_per_second = kind.feed_rate;
        about.delay_seconds = 1.0 * kind.spectator_delay_ticks / config_.tick_rate;
        const auto prior = kind.compiled.prior;
        if (!prior.empty()) {
            about.prior =
                std::make_shared<const std::vector<std::uint8_t>>(prior.begin(), prior.end());
        }
    }
    auto started = bridge::Bridge::start(*config_.bridge, std::move(info), web_->exchange);
    if (started) {
        web_->bridge = std::move(*started);
        return std::nullopt;
    }
    web_.reset();
    const bridge::Failure& failure = started.error();
    return StartError{failure.is_port_in_use ? StartErrorCode::port_in_use
                                             : StartErrorCode::address_unavailable,
                      "web bridge: " + failure.detail};
}

std::uint16_t Server::Loop::web_port() const {
    return web_ ? web_->bridge->port() : std::uint16_t{0};
}

/// Everything that came from the web since the last step.
void Server::Loop::answer_web() {
    if (!web_) return;
    for (const bridge::Ask& ask : web_->exchange.take_asks()) {
        std::visit(
            [this](const auto& one) {
                answer(one);
            },
            ask);
    }
    std::erase_if(web_->pending, [&](const auto& one) {
        if (now_ < one.second.until) return false;
        answer_guest(one.second.ask, RequestError::not_allowed, "nobody could say who you are");
        return true;
    });
}

void Server::Loop::answer_guest(std::uint64_t ticket, RequestError error, std::string_view detail) {
    web_->exchange.tell(bridge::tell::Answer{
        .ticket = ticket, .error = error_for_web(error), .detail = std::string(detail)});
}

void Server::Loop::answer(const bridge::ask::Enter& ask) {
    Player player{.name = ask.name.empty() ? "guest" : ask.name};
    const std::size_t longest_token = tokens_ ? max_connect_token_digits : max_token_bytes;
    if (!wire::is_display_name(player.name) || ask.token.size() > longest_token ||
        !wire::is_utf8(ask.token))
        return answer_guest(ask.ticket, RequestError::bad_request, "the name or token can't be");
    if (tokens_ && !ask.token.empty()) return let_in_guest_by_token(ask, std::move(player));
    if (!config_.authenticate) {
        let_in_guest(ask.ticket, ask.guest, std::move(player));
        return;
    }
    const std::uint64_t ticket = ++last_auth_ticket_;
    const AuthRequest request{player.name, ask.token};
    web_->pending.emplace(
        ticket,
        WebGate::PendingGuest{
            ask.guest, ask.ticket, std::move(player), now_ + config_.handshake_timeout});
    config_.authenticate(request, AuthReply(auth_inbox_, ticket));
}

/// False: the answer is about nobody from the web.
bool Server::Loop::take_guest_answer(AuthInbox::Answer& answer) {
    if (!web_) return false;
    const auto found = web_->pending.find(answer.ticket);
    if (found == web_->pending.end()) return false;
    WebGate::PendingGuest pending = std::move(found->second);
    web_->pending.erase(found);
    if (!answer.is_accepted) {
        answer_guest(pending.ask, RequestError::not_allowed, answer.reason);
        return true;
    }
    const bool is_named = answer.name.empty() || wire::is_display_name(answer.name);
    if (!is_named || !wire::is_display_text(answer.user, max_user_bytes)) {
        log(LogLevel::error,
            "authenticate gave a user or a name that can't be shown: the guest is refused");
        answer_guest(pending.ask, RequestError::not_allowed, "the server could not name you");
        return true;
    }
    pending.player.user = std::move(answer.user);
    if (!answer.name.empty()) pending.player.name = std::move(answer.name);
    let_in_guest(pending.ask, pending.guest, std::move(pending.player));
    return true;
}

std::optional<SessionId>
Server::Loop::let_in_guest(std::uint64_t ticket, GuestId id, Player player) {
    const SessionId session{secrets_.next()};
    if (player.user.empty()) player.user = "web-" + std::to_string(session.value);
    const auto [place, is_new] =
        web_->guests.try_emplace(id, WebGate::Guest{.session = session, .player = player});
    if (!is_new) {
        answer_guest(ticket, RequestError::bad_request, "it is here already");
        return std::nullopt;
    }
    web_->by_session.emplace(session, id);
    users_.enter(session, player.user, player.name);
    web_->exchange.tell(bridge::tell::Answer{
        .ticket = ticket, .user = std::move(player.user), .name = std::move(player.name)});
    return session;
}

void Server::Loop::answer(const bridge::ask::Leave& ask) {
    std::erase_if(web_->pending, [&](const auto& one) {
        return one.second.guest == ask.guest;
    });
    const auto found = web_->guests.find(ask.guest);
    if (found == web_->guests.end()) return;
    WebGate::Guest& guest = found->second;
    while (!guest.channels.empty()) leave_web_channel(guest, std::string(*guest.channels.begin()));
    users_.leave(guest.session);
    web_->by_session.erase(guest.session);
    web_->guests.erase(found);
}

Server::Loop::Speaker Server::Loop::speaker(WebGate::Guest& guest) const {
    return {guest.session, &guest.player, &guest.limits, nullptr, true};
}

void Server::Loop::answer(const bridge::ask::Subscribe& ask) {
    const auto found = web_->guests.find(ask.guest);
    if (found == web_->guests.end() || !wire::is_display_text(ask.channel, max_channel_name_bytes))
        return answer_guest(ask.ticket, RequestError::bad_request);
    WebGate::Guest& guest = found->second;
    if (!guest.limits.requests.take(now_)) return answer_guest(ask.ticket, RequestError::too_fast);
    if (!ask.is_authorised && !rights_on(ask.channel, speaker(guest)).subscribe)
        return answer_guest(ask.ticket, RequestError::not_allowed);
    if (!guest.channels.contains(ask.channel)) {
        // The bridge's thread is told for all guests together, so none is told here.
        const auto verdict =
            channels_.subscribe({guest.session, guest.player.user, guest.player.name},
                                ++guest.last_request,
                                ask.channel,
                                {},
                                now_);
        if (verdict == ChannelTable::Verdict::too_many)
            return answer_guest(ask.ticket, RequestError::not_now, "too many channels");
        channels_.suspend(guest.session);
        guest.channels.insert(ask.channel);
        WebGate::ChannelReader& reader = web_->channels[ask.channel];
        if (++reader.guests == 1) tell_web_channel(ask.channel, reader);
    }
    // The bridge's thread must know the channel before the answer comes.
    WebGate::ChannelReader& reader = web_->channels[ask.channel];
    if (reader.epoch == 0) return reader.waiting.push_back(ask.ticket);
    answer_guest(ask.ticket, RequestError::none);
}

void Server::Loop::answer(const bridge::ask::Unsubscribe& ask) {
    const auto found = web_->guests.find(ask.guest);
    if (found != web_->guests.end() && found->second.channels.contains(ask.channel))
        leave_web_channel(found->second, ask.channel);
}

void Server::Loop::leave_web_channel(WebGate::Guest& guest, const std::string& channel) {
    guest.channels.erase(channel);
    channels_.expel(guest.session, channel);
    const auto reader = web_->channels.find(channel);
    if (reader == web_->channels.end() || --reader->second.guests > 0) return;
    web_->channels.erase(reader);
    web_->exchange.tell(bridge::tell::ChannelClosed{channel});
}

void Server::Loop::answer(const bridge::ask::Publish& ask) {
    const auto found = web_->guests.find(ask.guest);
    if (found == web_->guests.end() || ask.payload.size() > max_channel_payload_bytes)
        return answer_guest(ask.ticket, RequestError::bad_request);
    const bool is_named = ask.event.empty()
                              ? ask.kind == ChannelKind::chat
                              : wire::is_display_text(ask.event, max_event_name_bytes);
    if (!is_named || ask.kind > ChannelKind::chat)
        return answer_guest(ask.ticket, RequestError::bad_request, "an event needs a name");
    const Speaker who = speaker(found->second);
    const Saying saying{ask.channel, ask.kind, ask.event, ask.payload};
    bool is_flood = false;
    RequestError error = check(who, saying, is_flood);
    if (is_flood) ++stats_.refused.too_fast;
    if (error == RequestError::none && !say(who, saying, who.session))
        error = RequestError::not_now;
    answer_guest(ask.ticket, error);
}

void Server::Loop::answer(const bridge::ask::Call& ask) {
    const auto found = web_->guests.find(ask.guest);
    const auto handler = calls_.find(ask.name);
    if (found == web_->guests.end() || ask.payload.size() > max_call_bytes)
        return answer_guest(ask.ticket, RequestError::bad_request);
    WebGate::Guest& guest = found->second;
    if (!guest.limits.requests.take(now_)) return answer_guest(ask.ticket, RequestError::too_fast);
    if (handler == calls_.end())
        return answer_guest(ask.ticket, RequestError::no_such_room, "no such call");
    const CallResult result =
        handler->second({guest.session, guest.player.user, guest.player.name}, ask.payload);
    if (!result.is_answered())
        return answer_guest(ask.ticket, RequestError::refused_by_game, result.reason());
    ENGINE_NET_ASSERT(result.payload().size() <= max_call_bytes);
    web_->exchange.tell(bridge::tell::Answer{.ticket = ask.ticket, .payload = result.payload()});
}

void Server::Loop::answer(const bridge::ask::Watch& ask) {
    const bool is_watched = ask.viewers > 0;
    RoomInstance* const room = directory_.find(ask.room);
    if (!room) {
        if (cluster_) cluster_->watch_remote_feed(ask.room, is_watched);
        return;
    }
    RoomFeed* const feed = room->feed();
    if (!feed) return;
    const bool begins = is_watched && web_->watched.insert(ask.room).second;
    if (!is_watched) web_->watched.erase(ask.room);
    const bool was_wanted = feed->is_wanted();
    feed->want(is_feed_wanted(ask.room));
    if (!begins || !feed->is_wanted()) return;
    if (was_wanted) feed->renew();
    for (RoomFeed::Piece& piece : feed->catch_up()) {
        web_->exchange.tell(
            bridge::tell::FeedItem{ask.room, piece.kind, piece.tick, std::move(piece.message)});
    }
}

void Server::Loop::answer(const bridge::ask::View&) {
    web_->exchange.tell(bridge::tell::View{view()});
}

void Server::Loop::answer(const bridge::ask::Log& ask) {
    log(ask.level, ask.text);
}

/// What has happened in this step, once for all who are there from the web.
void Server::Loop::tell_web() {
    // Feeds are taken from the rooms all the same; a chain that lacks a piece begins anew.
    tell_feeds();
    if (!web_) return;
    if (!web_->exchange.is_congested()) {
        tell_web_rooms();
        tell_web_channels();
    }
    web_->exchange.deliver();
}

void Server::Loop::tell_web_rooms() {
    if (now_ < web_->next_rooms || web_->told_rooms == directory_.changes().end()) return;
    web_->next_rooms = now_ + room_list_interval;
    web_->told_rooms = directory_.changes().end();
    auto rooms =
        std::make_shared<std::vector<RoomSummary>>(directory_.page(0, directory_.listed(), now_));
    // Browsers may not know which server they ask.
    for (RoomSummary& room : *rooms) {
        if (cluster_ && room.node.empty()) room.node = config_.cluster->node_name;
    }
    web_->exchange.tell(bridge::tell::RoomList{std::move(rooms)});
}

void Server::Loop::tell_web_channels() {
    std::vector<std::string> over;
    for (auto& [name, reader] : web_->channels) {
        if (!tell_web_channel(name, reader)) over.push_back(name);
    }
    for (const std::string& name : over) {
        web_->channels.erase(name);
        for (auto& [id, guest] : web_->guests) guest.channels.erase(name);
        web_->exchange.tell(bridge::tell::ChannelClosed{name});
    }
}

/// False: there is no such channel any more.
bool Server::Loop::tell_web_channel(const std::string& name, WebGate::ChannelReader& reader) {
    if (channels_.is_awaited(name)) return true;
    const auto channel = channels_.read(name, false);
    const bool is_other = channel && reader.epoch != 0 && channel->epoch != reader.epoch;
    // A cluster's goes on with another epoch; any other one would be another channel.
    if (!channel || (is_other && !cluster_)) return false;
    const ChannelLog& log = *channel->log;
    const bool is_opened = reader.epoch == 0 || is_other || reader.next < log.begin();
    if (!is_opened && reader.next == log.end()) return true;

    std::vector<bridge::tell::ChannelItem> items;
    for (std::uint64_t number = is_opened ? log.begin() : reader.next; number < log.end();
         ++number) {
        const ChannelLog::Message& said = log.at(number);
        const auto sender = web_->by_session.find(said.not_to);
        items.push_back({number,
                         said.kind,
                         said.user,
                         said.name,
                         said.event,
                         said.payload,
                         sender == web_->by_session.end() ? GuestId{} : sender->second});
    }
    reader.epoch = channel->epoch;
    reader.next = log.end();
    if (!is_opened) {
        web_->exchange.tell(bridge::tell::ChannelNews{name, std::move(items)});
        return true;
    }
    bridge::tell::ChannelOpened opened{
        name, channel->epoch, log.begin(), log.end(), std::move(items), {}};
    const auto with_members = channels_.read(name, true);
    for (const ChannelMessage& member : with_members->members) {
        opened.members.push_back({.kind = ChannelKind::member,
                                  .user = std::string(member.user),
                                  .name = std::string(member.name)});
    }
    web_->exchange.tell(std::move(opened));
    for (const std::uint64_t ticket : std::exchange(reader.waiting, {}))
        answer_guest(ticket, RequestError::none);
    return true;
}

/// Whether someone of the web watches it, here or elsewhere.
bool Server::Loop::is_feed_wanted(RoomId room) const {
    return (web_ && web_->watched.contains(room)) || (cluster_ && cluster_->is_watched(room));
}

/// Rooms' frames, events and states whose time has come.
void Server::Loop::tell_feeds() {
    const bool is_congested = web_ && web_->exchange.is_congested();
    const auto tell = [&](RoomFeed& feed, RoomId room) {
        for (RoomFeed::Piece& piece : feed.take_due()) {
            if (cluster_) cluster_->cast_feed(room, piece);
            if (!web_) continue;
            if (is_congested && piece.kind != wire::FeedKind::end) {
                ++stats_.feed_pieces_dropped;
                continue;
            }
            web_->exchange.tell(
                bridge::tell::FeedItem{room, piece.kind, piece.tick, std::move(piece.message)});
        }
    };
    for (const auto& [id, room] : directory_.rooms()) {
        if (RoomFeed* const feed = room->feed()) tell(*feed, id);
    }
    std::erase_if(ended_feeds_, [&](const auto& ended) {
        ended.second->advance(tick_, [](const RoomFeed::Piece&) {});
        tell(*ended.second, ended.first);
        return ended.second->is_drained();
    });
}

} // namespace engine_net
