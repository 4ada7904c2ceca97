#pragma once

#include "support/stepper.hpp"

#include <engine_net/admin.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

inline const std::string full_key(64, 'a');
inline const std::string read_key(64, 'b');

/// A server with keys, two players in a pond, and admins beside the stepper's clients.
struct Watched {
    std::vector<std::string> log; ///< what the server said, but for debugging
    Stepper stepper;
    std::vector<std::unique_ptr<engine_net::AdminClient>> admins;

    explicit Watched(const std::function<void(engine_net::ServerConfig&)>& change = {},
                     std::size_t drifters = 20)
        : stepper(options(change, drifters)) {}

    engine_net::AdminClient& admin(const std::string& key) {
        engine_net::AdminClientConfig config;
        config.host = "10.0.0.1";
        config.key = key;
        config.network = &stepper.network;
        config.seed = 77 + admins.size();
        config.log = [](engine_net::LogLevel, std::string_view) {};
        admins.push_back(std::make_unique<engine_net::AdminClient>(std::move(config)));
        return *admins.back();
    }
    bool run_until(const std::function<bool()>& holds,
                   engine_net::Duration limit = std::chrono::seconds(10)) {
        return stepper.run_until(
            [&] {
                for (const auto& one : admins) one->poll(stepper.now());
                return holds();
            },
            limit);
    }
    void run(engine_net::Duration duration) {
        run_until(
            [] {
                return false;
            },
            duration);
    }
    bool is_watching(engine_net::AdminClient& one) {
        return run_until([&] {
            return one.state() == engine_net::AdminState::watching && one.has_all_rooms();
        });
    }
    /// What speaks against it; "": it was done.
    std::string act(engine_net::AdminClient& one, const engine_net::AdminAction& action) {
        std::string outcome = "no answer";
        bool is_answered = false;
        one.act(action, [&](const std::string& problem) {
            outcome = problem;
            is_answered = true;
        });
        run_until([&] {
            return is_answered;
        });
        return outcome;
    }

private:
    Stepper::Options options(const std::function<void(engine_net::ServerConfig&)>& change,
                             std::size_t drifters) {
        Stepper::Options options;
        options.drifters = drifters;
        options.server.admin = {full_key, read_key};
        options.server_log = [this](engine_net::LogLevel level, std::string_view text) {
            if (level != engine_net::LogLevel::debug) log.emplace_back(text);
        };
        if (change) change(options.server);
        return options;
    }
};
