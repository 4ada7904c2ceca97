#pragma once

#include "session/rate_limit.hpp"

#include <engine_net/clock.hpp>

#include <chrono>
#include <cstdint>

namespace engine_net {

/// What one session may ask for and say, and how often.
struct SessionLimits {
    RateLimit guesses{5, std::chrono::seconds(2)}; ///< wrong invite codes and passwords
    RateLimit requests{200, std::chrono::milliseconds(20)};
    RateLimit publishes{20, std::chrono::milliseconds(100)};
    RateLimit chats{5, std::chrono::seconds(1)};
    RateLimit searches{5, std::chrono::milliseconds(500)}; ///< of the lobby list
    Time muted_until{};                                    ///< for having chatted too fast
    std::uint32_t refusals = 0;                            ///< of late, for being too fast
    Time last_refusal{};

    /// One that is as good as none after a minute without another; how many there are then.
    std::uint32_t refuse(Time now) {
        if (now - last_refusal > std::chrono::minutes(1)) refusals = 0;
        last_refusal = now;
        return ++refusals;
    }
};

} // namespace engine_net
