#pragma once

#include <engine_net/clock.hpp>

#include <algorithm>

namespace engine_net {

/// How often something may be done: `at_once` times, then again after each `pause`. The generic
/// cell rate algorithm (ITU-T I.371).
class RateLimit {
public:
    RateLimit(int at_once, Duration pause) : burst_((at_once - 1) * pause), pause_(pause) {}

    [[nodiscard]] bool allows(Time now) const { return now >= paid_until_ - burst_; }
    void spend(Time now) { paid_until_ = std::max(paid_until_, now) + pause_; }
    /// Both.
    bool take(Time now) {
        if (!allows(now)) return false;
        spend(now);
        return true;
    }

private:
    Duration burst_;
    Duration pause_;
    Time paid_until_{};
};

} // namespace engine_net
