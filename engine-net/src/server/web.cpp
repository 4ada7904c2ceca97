#include "server/web.hpp"

#include "bridge/feed_schema.hpp"
#include "core/assert.hpp"
#include "server/backend_asks.hpp"
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

Result<std::unique_ptr<Server::Loop::Web>, StartError> Server::Loop::Web::start(Loop& loop) {
    if (!loop.config_.bridge) return std::unique_ptr<Web>();
    bridge::ServerInfo info{.tick_rate = loop.config_.tick_rate,
                            .is_in_cluster = loop.config_.cluster.has_value(),
                            .has_channel_rules = loop.config_.authorise_channel != nullptr};
    if (loop.config_.cluster) info.node = loop.config_.cluster->node_name;
    for (const auto& [name, kind] : loop.directory_.kinds()) {
        if (kind.feed_rate == 0) continue;
        bridge::KindInfo& about = info.kinds[name];
        about.schema_json = bridge::feed_schema_json(kind.schema, loop.config_.tick_rate);
        about.frames_per_second = kind.feed_rate;
        about.delay_seconds = 1.0 * kind.spectator_delay_ticks / loop.config_.tick_rate;
        if (!kind.state_table.empty()) {
            auto text = bridge::StateText::load(kind.compiled, kind.state_table);
            if (!text) {
                return Unexpected(StartError{StartErrorCode::bad_schema,
                                             "room kind \"" + name + "\": " + text.error()});
            }
            about.state_text = std::move(*text);
        }
        const auto prior = kind.compiled.prior;
        if (!prior.empty()) {
            about.prior =
                std::make_shared<const std::vector<std::uint8_t>>(prior.begin(), prior.end());
        }
    }
    auto web = std::make_unique<Web>(loop);
    auto started = bridge::Bridge::start(*loop.config_.bridge, std::move(info), web->exchange);
    if (started) {
        web->bridge_ = std::move(*started);
        web->tells_channel_use_ = bridge::needs_channel_use(*loop.config_.bridge);
        if (web->tells_channel_use_) loop.channels_.count_use();
        web->heard_ = bridge::adapted_channels(*loop.config_.bridge);
        return web;
    }
    const bridge::Failure& failure = started.error();
    return Unexpected(StartError{failure.is_port_in_use ? StartErrorCode::port_in_use
                                                        : StartErrorCode::address_unavailable,
                                 "web bridge: " + failure.detail});
}

/// Everything that came from the web since the last step.
void Server::Loop::Web::hear() {
    // Not before the cluster is joined.
    if (!heard_.empty()) loop_.channels_.hear(std::exchange(heard_, {}), loop_.now_);
    for (const bridge::Ask& ask : exchange.take_asks()) {
        std::visit(
            [this](const auto& one) {
                answer(one);
            },
            ask);
    }
    std::erase_if(pending_, [&](const auto& one) {
        if (loop_.now_ < one.second.until) return false;
        reply(one.second.ask, RequestError::not_allowed, "nobody could say who you are");
        return true;
    });
}

void Server::Loop::Web::reply(std::uint64_t ticket, RequestError error, std::string_view detail) {
    exchange.tell(bridge::tell::Answer{
        .ticket = ticket, .error = error_for_web(error), .detail = std::string(detail)});
}

void Server::Loop::Web::answer(const bridge::ask::Enter& ask) {
    Player player{.name = ask.name.empty() ? "guest" : ask.name};
    const std::size_t longest_token = loop_.tokens_ ? max_connect_token_digits : max_token_bytes;
    if (!wire::is_display_name(player.name) || ask.token.size() > longest_token ||
        !wire::is_utf8(ask.token))
        return reply(ask.ticket, RequestError::bad_request, "the name or token can't be");
    if (loop_.tokens_ && !ask.token.empty()) return let_in_by_token(ask, std::move(player));
    if (!loop_.config_.authenticate || ask.is_of_app) {
        let_in(ask.ticket, ask.guest, std::move(player));
        return;
    }
    const std::uint64_t ticket = ++loop_.last_auth_ticket_;
    const AuthRequest request{player.name, ask.token};
    pending_.emplace(ticket,
                     PendingGuest{ask.guest,
                                  ask.ticket,
                                  std::move(player),
                                  loop_.now_ + loop_.config_.handshake_timeout});
    loop_.config_.authenticate(request, AuthReply(loop_.auth_inbox_, ticket));
}

/// False: the answer is about nobody from the web.
bool Server::Loop::Web::take_answer(AuthInbox::Answer& answer) {
    const auto found = pending_.find(answer.ticket);
    if (found == pending_.end()) return false;
    PendingGuest pending = std::move(found->second);
    pending_.erase(found);
    if (!answer.is_accepted) {
        reply(pending.ask, RequestError::not_allowed, answer.reason);
        return true;
    }
    const bool is_named = answer.name.empty() || wire::is_display_name(answer.name);
    if (!is_named || !wire::is_display_text(answer.user, max_user_bytes)) {
        loop_.log(LogLevel::error,
                  "authenticate gave a user or a name that can't be shown: the guest is refused");
        reply(pending.ask, RequestError::not_allowed, "the server could not name you");
        return true;
    }
    pending.player.user = std::move(answer.user);
    if (!answer.name.empty()) pending.player.name = std::move(answer.name);
    let_in(pending.ask, pending.guest, std::move(pending.player));
    return true;
}

std::optional<SessionId>
Server::Loop::Web::let_in(std::uint64_t ticket, GuestId id, Player player) {
    const SessionId session{loop_.secrets_.next()};
    const bool is_anonymous = player.user.empty();
    if (is_anonymous) player.user = "web-" + std::to_string(session.value);
    const auto [place, is_new] =
        guests_.try_emplace(id, Guest{.session = session, .player = player});
    if (!is_new) {
        reply(ticket, RequestError::bad_request, "it is here already");
        return std::nullopt;
    }
    by_session_.emplace(session, id);
    loop_.users_.enter(session, player.user, player.name);
    exchange.tell(bridge::tell::Answer{.ticket = ticket,
                                       .user = std::move(player.user),
                                       .name = std::move(player.name),
                                       .is_anonymous = is_anonymous});
    return session;
}

void Server::Loop::Web::answer(const bridge::ask::Leave& ask) {
    std::erase_if(pending_, [&](const auto& one) {
        return one.second.guest == ask.guest;
    });
    const auto found = guests_.find(ask.guest);
    if (found == guests_.end()) return;
    Guest& guest = found->second;
    while (!guest.channels.empty()) leave(guest, std::string(guest.channels.begin()->first));
    loop_.users_.leave(guest.session);
    by_session_.erase(guest.session);
    guests_.erase(found);
}

void Server::Loop::Web::answer(const bridge::ask::Call& ask) {
    const auto found = guests_.find(ask.guest);
    const auto handler = loop_.calls_.find(ask.name);
    if (found == guests_.end() || ask.payload.size() > max_call_bytes)
        return reply(ask.ticket, RequestError::bad_request);
    Guest& guest = found->second;
    if (!guest.limits.requests.take(loop_.now_)) return reply(ask.ticket, RequestError::too_fast);
    if (handler == loop_.calls_.end())
        return reply(ask.ticket, RequestError::no_such_room, "no such call");
    const CallResult result =
        handler->second({guest.session, guest.player.user, guest.player.name}, ask.payload);
    if (!result.is_answered())
        return reply(ask.ticket, RequestError::refused_by_game, result.reason());
    ENGINE_NET_ASSERT(result.payload().size() <= max_call_bytes);
    exchange.tell(bridge::tell::Answer{.ticket = ask.ticket, .payload = result.payload()});
}

void Server::Loop::Web::answer(const bridge::ask::Watch& ask) {
    const bool is_watched = ask.is_wanted;
    RoomInstance* const room = loop_.directory_.find(ask.room);
    if (!room) {
        if (loop_.cluster_) loop_.cluster_->watch_remote_feed(ask.room, is_watched);
        return;
    }
    RoomFeed* const feed = room->feed();
    if (!feed) return;
    const bool begins = is_watched && watched.insert(ask.room).second;
    if (!is_watched) watched.erase(ask.room);
    const bool was_wanted = feed->is_wanted();
    feed->want(loop_.is_feed_wanted(ask.room));
    if (!begins || !feed->is_wanted()) return;
    if (was_wanted) feed->renew();
    for (RoomFeed::Piece& piece : feed->catch_up()) {
        exchange.tell(
            bridge::tell::FeedItem{ask.room, piece.kind, piece.tick, std::move(piece.message)});
    }
}

void Server::Loop::Web::answer(const bridge::ask::View&) {
    exchange.tell(bridge::tell::View{loop_.view()});
}

void Server::Loop::Web::answer(const bridge::ask::Answered& ask) {
    loop_.backend_asks_->take(ask);
}

void Server::Loop::Web::answer(const bridge::ask::Log& ask) {
    loop_.log(ask.level, ask.text);
}

/// What has happened in this step, once for all who are there from the web.
void Server::Loop::Web::tell() {
    if (!exchange.is_congested()) {
        tell_rooms();
        tell_channels();
        tell_channel_use();
    }
    exchange.deliver();
}

void Server::Loop::Web::tell_rooms() {
    if (loop_.now_ < next_rooms_ || told_rooms_ == loop_.directory_.changes().end()) return;
    next_rooms_ = loop_.now_ + room_list_interval;
    told_rooms_ = loop_.directory_.changes().end();
    auto rooms = std::make_shared<std::vector<RoomSummary>>(
        loop_.directory_.page(0, loop_.directory_.listed(), loop_.now_));
    // Browsers may not know which server they ask.
    for (RoomSummary& room : *rooms) {
        if (loop_.cluster_ && room.node.empty()) room.node = loop_.config_.cluster->node_name;
    }
    exchange.tell(bridge::tell::RoomList{std::move(rooms)});
}

} // namespace engine_net
