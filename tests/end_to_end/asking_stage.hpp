#pragma once

#include "bridge/json_text.hpp"
#include "support/answers.hpp"
#include "support/sidecar.hpp"
#include "support/stepper.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace asking {

using namespace engine_net;
using namespace std::chrono_literals;

inline const std::string yes = R"({"allow":true})";

inline BridgeConfig bridge_of(std::uint16_t backend_port) {
    BridgeConfig bridge{.port = 0, .bind_address = "127.0.0.1"};
    bridge.backend.emplace();
    bridge.backend->url = "http://127.0.0.1:" + std::to_string(backend_port) + "/ask";
    bridge.backend->key = "key";
    bridge.backend->secret = "secret";
    bridge.backend->timeout = 60s;
    bridge.backend->cache_time = 0s;
    return bridge;
}

/// What a backend was asked, oldest first.
inline std::vector<bridge::Json> asked_of(const Sidecar& backend) {
    std::vector<bridge::Json> all;
    for (const Sidecar::Request& request : backend.requests())
        all.push_back(bridge::parse_json(request.body).value());
    return all;
}

/// A server, players in virtual time, and a real backend that is asked over TCP.
class AskingStage {
public:
    explicit AskingStage(Stepper::Options options = {},
                         const std::function<void(BackendConfig&)>& change = {})
        : stepper(with_bridge(std::move(options), change)) {}

    /// In virtual time, while the bridge has real time to ask.
    bool run_until(const std::function<bool()>& holds) {
        return Sidecar::wait([&] {
            stepper.run(20ms);
            return holds();
        });
    }
    /// Until a player has an answer.
    JoinResult answer_to(const std::function<void(Client::JoinHandler)>& ask) {
        std::optional<JoinResult> result;
        ask([&](const JoinResult& one) {
            result = one;
        });
        REQUIRE(run_until([&] {
            return result.has_value();
        }));
        return *result;
    }
    JoinResult join(Client& client, RoomId room) {
        return answer_to([&](Client::JoinHandler done) {
            client.join_room(room, std::move(done));
        });
    }
    JoinResult quick_join(Client& client) {
        return answer_to([&](Client::JoinHandler done) {
            client.join_or_create("pond", std::move(done));
        });
    }
    /// Until the backend has been asked so often.
    void wait_asked(std::size_t times) {
        REQUIRE(run_until([&] {
            return backend.requests().size() >= times;
        }));
    }
    [[nodiscard]] std::size_t times_asked() const { return backend.requests().size(); }

    Sidecar backend{};
    Stepper stepper;

private:
    Stepper::Options with_bridge(Stepper::Options options,
                                 const std::function<void(BackendConfig&)>& change) {
        backend.answer_with(yes);
        options.server.bridge = bridge_of(backend.port());
        if (change) change(*options.server.bridge->backend);
        return options;
    }
};

} // namespace asking
