#include "server/web.hpp"

#include <engine_net/limits.hpp>

namespace engine_net {

// With `Auth::token` a connect token says who a player is, and which rooms it may be in.

namespace {

wire::RefuseReason reason_of(TokenVerdict verdict) {
    switch (verdict) {
    case TokenVerdict::missing: return wire::RefuseReason::token_missing;
    case TokenVerdict::expired: return wire::RefuseReason::token_expired;
    case TokenVerdict::other_server: return wire::RefuseReason::token_for_another_server;
    case TokenVerdict::used: return wire::RefuseReason::token_already_used;
    case TokenVerdict::too_many: return wire::RefuseReason::token_memory_full;
    case TokenVerdict::good:
    case TokenVerdict::invalid: break;
    }
    return wire::RefuseReason::token_invalid;
}

void name_by(const ConnectGrant& grant, Player& player) {
    player.user = grant.user;
    if (!grant.name.empty()) player.name = grant.name;
    player.room = grant.room;
}

} // namespace

void Server::Loop::count_refused(TokenVerdict verdict) {
    ++(verdict == TokenVerdict::too_many ? stats_.refused.unremembered_tokens
                                         : stats_.refused.connect_tokens);
}

void Server::Loop::let_in_by_token(Session& session, Player player, Bytes token) {
    TokenGate::Shown shown = tokens_->look(token);
    if (shown.verdict == TokenVerdict::used) {
        // The answer may have been lost with its link: nobody else can have begun with it as well.
        Session* const began = sessions_.find(shown.began);
        if (began && !began->has_confirmed()) {
            end(*began, LeaveReason::kicked, "its connect token was shown again");
            shown.verdict = TokenVerdict::good;
        }
    }
    if (shown.verdict != TokenVerdict::good) {
        count_refused(shown.verdict);
        return refuse(session, reason_of(shown.verdict), message(shown.verdict));
    }
    name_by(shown.grant, player);
    if (let_in(session, std::move(player))) tokens_->use(shown, session.id());
}

void Server::Loop::Web::let_in_by_token(const bridge::ask::Enter& ask, Player player) {
    const auto token = token_bytes(ask.token);
    const TokenGate::Shown shown = token ? loop_.tokens_->look(*token) : TokenGate::Shown{};
    if (shown.verdict != TokenVerdict::good) {
        loop_.count_refused(shown.verdict);
        return reply(ask.ticket, wire::RequestError::not_allowed, message(shown.verdict));
    }
    name_by(shown.grant, player);
    if (const auto session = let_in(ask.ticket, ask.guest, std::move(player)))
        loop_.tokens_->use(shown, *session);
}

bool Server::Loop::may_be_in(const Player& player, std::string_view room) {
    return player.room.empty() || player.room == room;
}

} // namespace engine_net
