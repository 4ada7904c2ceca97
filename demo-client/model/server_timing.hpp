#pragma once

#include <engine_net/clock.hpp>
#include <engine_net/request.hpp>

#include <optional>

namespace engine_net {
class Client;
}

/// How long the server's ticks take, as it says itself when it is asked.
class ServerTiming {
public:
    struct Times {
        float simulation_p50_ms = 0; ///< simulate, snapshot and encode
        float simulation_p99_ms = 0;
        float network_p50_ms = 0; ///< receive, decode, route, queue and send
        float network_p99_ms = 0;
    };

    /// Once a frame while someone wants to know: asks once a second, and not while an answer is
    /// still to come. It outlives the client.
    void ask(engine_net::Client& client, engine_net::Time now);
    /// Takes over what the server says. Of one that does not, or not so that it can be read,
    /// nothing is known.
    void note(const engine_net::CallAnswer& answer);

    [[nodiscard]] const std::optional<Times>& newest() const { return newest_; }

private:
    std::optional<Times> newest_;
    std::optional<engine_net::Time> asked_;
    bool is_waiting_ = false;
};
