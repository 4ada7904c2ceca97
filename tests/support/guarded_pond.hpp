#pragma once

#include "support/stepper.hpp"

#include <engine_net/connect_token.hpp>

#include <functional>
#include <string>
#include <vector>

/// A server of ponds that nobody enters without a connect token, and the backend that makes them.
class GuardedPond {
public:
    explicit GuardedPond(const std::function<void(engine_net::ServerConfig&)>& change = {})
        : stepper(options(change)) {}

    /// One for that user, good for five minutes.
    [[nodiscard]] std::string
    token_for(const std::string& user,
              const std::function<void(engine_net::ConnectGrant&)>& change = {}) const {
        engine_net::ConnectGrant grant;
        grant.user = user;
        grant.issued_at = now;
        grant.expires_at = now + std::chrono::minutes(5);
        grant.servers = {{stepper.server.key(), "10.0.0.1:7777"}};
        if (change) change(grant);
        auto token = engine_net::seal_connect_token(key, grant);
        return token ? *token : token.error();
    }
    /// Calls itself "whoever", and asks to join any pond.
    engine_net::Client& visit(const std::string& token) {
        return stepper.add_player("whoever", [&](engine_net::ClientConfig& config) {
            config.connect_token = token;
            config.log = [this](engine_net::LogLevel, std::string_view text) {
                log.emplace_back(text);
            };
        });
    }
    /// Runs until it is in a pond or closed; whether it is in one.
    bool is_let_in(const engine_net::Client& client) {
        stepper.run_until([&] {
            return client.room().is_set() || client.state() == engine_net::ClientState::closed;
        });
        return client.room().is_set();
    }
    /// "": it was let in.
    std::string refusal_of(const std::string& token) {
        const engine_net::Client& client = visit(token);
        if (is_let_in(client)) return "";
        if (client.close_reason() != engine_net::CloseReason::token_refused) return "otherwise";
        return client.close_detail();
    }

    std::string key = std::string(64, '5'); ///< the backend's
    engine_net::UnixTime now{std::chrono::seconds(1'800'000'000)};
    std::vector<std::string> log; ///< the server's and its clients'
    Stepper stepper;

private:
    Stepper::Options options(const std::function<void(engine_net::ServerConfig&)>& change) {
        Stepper::Options options;
        options.server.auth = engine_net::Auth::token;
        options.server.tokens.keys = {key};
        options.server.tokens.unix_time = [this] {
            return now;
        };
        options.server_log = [this](engine_net::LogLevel, std::string_view text) {
            log.emplace_back(text);
        };
        if (change) change(options.server);
        return options;
    }
};
