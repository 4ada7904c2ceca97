#include "session/token_gate.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <utility>

namespace engine_net {

std::string_view message(TokenVerdict verdict) {
    switch (verdict) {
    case TokenVerdict::good: return "the connect token is good";
    case TokenVerdict::missing: return "a connect token is needed";
    case TokenVerdict::invalid: return "the connect token was not made for this server";
    case TokenVerdict::expired: return "the connect token has expired, or a clock is wrong";
    case TokenVerdict::other_server: return "the connect token is for another server";
    case TokenVerdict::used: return "the connect token was used already";
    case TokenVerdict::too_many: return "too many connect tokens are in use: try again later";
    }
    return "unknown";
}

std::optional<std::string> problem_of(const TokenConfig& config) {
    using namespace std::chrono_literals;
    const bool are_keys = std::ranges::all_of(config.keys, [](const std::string& key) {
        return parse_secret_key(key).has_value();
    });
    if (config.keys.empty() || config.keys.size() > max_token_keys || !are_keys)
        return "tokens: there must be 1 to 4 keys, as make_connect_token_key gives them";
    if (config.clock_tolerance < 0s || config.clock_tolerance > 600s)
        return "tokens: clock_tolerance must be 0 to 600 s";
    if (config.max_remembered < 1) return "tokens: max_remembered must be at least 1";
    if (!config.unix_time) return "tokens: unix_time must be callable";
    return std::nullopt;
}

TokenGate::TokenGate(const TokenConfig& config, std::string server)
    : tolerance_(config.clock_tolerance)
    , unix_time_(config.unix_time)
    , server_(std::move(server))
    , used_(config.clock_tolerance, config.max_remembered) {
    keys_.reserve(config.keys.size());
    for (const std::string& text : config.keys) {
        if (const auto key = parse_secret_key(text)) keys_.push_back(*key);
    }
}

TokenGate::Shown TokenGate::look(Bytes token) {
    Shown shown;
    if (token.empty()) {
        shown.verdict = TokenVerdict::missing;
        return shown;
    }
    const std::optional<OpenToken> read = read_token(token);
    if (!read) return shown;
    std::optional<ConnectGrant> grant;
    for (const SecretBytes& key : keys_) {
        if (!grant) grant = open_token(*read, key);
    }
    if (!grant) return shown;
    const UnixTime now = unix_time_();
    used_.forget_expired(now);
    shown.grant = std::move(*grant);
    shown.number = read->number;
    shown.verdict = judge(shown.grant, now);
    if (shown.verdict != TokenVerdict::good) return shown;
    if (const auto began = used_.find(shown.number)) {
        shown.verdict = TokenVerdict::used;
        shown.began = *began;
    } else if (used_.is_full()) {
        shown.verdict = TokenVerdict::too_many;
    }
    return shown;
}

TokenVerdict TokenGate::judge(const ConnectGrant& grant, UnixTime now) const {
    if (std::ranges::find(grant.servers, server_, &TokenServer::key) == grant.servers.end())
        return TokenVerdict::other_server;
    const bool is_issued = grant.issued_at <= now + tolerance_;
    return is_issued && !used_.is_over(grant.expires_at, now) ? TokenVerdict::good
                                                              : TokenVerdict::expired;
}

void TokenGate::use(const Shown& shown, SessionId session) {
    used_.use(shown.number, shown.grant.expires_at, session);
}

} // namespace engine_net
