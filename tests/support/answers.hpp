#pragma once

#include "support/stepper.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

/// What requests for a room came to, in order.
struct Answers {
    std::vector<engine_net::JoinResult> results;
    engine_net::Client::JoinHandler keep = [this](const engine_net::JoinResult& result) {
        results.push_back(result);
    };

    bool wait(Stepper& stepper, std::size_t count = 1) const {
        return stepper.run_until([&] {
            return results.size() == count;
        });
    }
    /// The one that comes next.
    engine_net::JoinResult next(Stepper& stepper) const {
        REQUIRE(wait(stepper, results.size() + 1));
        return results.back();
    }
};

/// What other requests came to, in order.
struct Results {
    std::vector<engine_net::RequestResult> results;
    engine_net::ResultHandler keep = [this](const engine_net::RequestResult& result) {
        results.push_back(result);
    };

    /// The one that comes next.
    engine_net::RequestResult next(Stepper& stepper) const {
        const std::size_t count = results.size() + 1;
        REQUIRE(stepper.run_until([&] {
            return results.size() == count;
        }));
        return results.back();
    }
};
