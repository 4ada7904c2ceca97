#pragma once

#include "support/answers.hpp"
#include "support/stepper.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>

/// Rooms whose matches begin when so many are ready.
inline Stepper::Options lobby_options(std::uint32_t min_players = 2) {
    Stepper::Options options;
    options.kind = [min_players](engine_net::RoomKindConfig& kind) {
        kind.start = {.min_players = min_players, .countdown = std::chrono::seconds(1)};
        kind.spectators = 2;
    };
    return options;
}

/// A room that ada has opened, and bob has joined.
struct RoomOfTwo {
    Stepper stepper;
    engine_net::Client& ada;
    engine_net::Client& bob;
    Results results;
    Answers answers;

    explicit RoomOfTwo(Stepper::Options options = lobby_options())
        : stepper(std::move(options))
        , ada(stepper.add_client("ada"))
        , bob(stepper.add_client("bob")) {
        ada.create_room("pond", {}, answers.keep);
        const engine_net::RoomId room = answers.next(stepper).room;
        bob.join_room(room, answers.keep);
        REQUIRE(answers.next(stepper).error == engine_net::RequestError::none);
        REQUIRE(wait([this] {
            return ada.members().size() == 2 && bob.members().size() == 2;
        }));
    }
    bool wait(const std::function<bool()>& is_true) { return stepper.run_until(is_true); }
    bool wait_for(engine_net::RoomPhase phase) {
        return wait([this, phase] {
            return ada.phase() == phase && bob.phase() == phase;
        });
    }
    engine_net::RequestError command(engine_net::Client& client,
                                     engine_net::RoomVerb verb,
                                     engine_net::PresenceId whom = {}) {
        client.command(verb, whom, "as you like", results.keep);
        return results.next(stepper).error;
    }
};
