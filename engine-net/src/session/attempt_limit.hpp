#pragma once

#include <engine_net/clock.hpp>

#include <algorithm>
#include <chrono>

namespace engine_net {

/// How often one may guess wrong what it should know: five times at once, then every other second.
/// The generic cell rate algorithm (ITU-T I.371).
class AttemptLimit {
public:
    [[nodiscard]] bool allows(Time now) const { return now >= paid_until_ - (at_once - 1) * pause; }
    void fail(Time now) { paid_until_ = std::max(paid_until_, now) + pause; }

private:
    static constexpr int at_once = 5;
    static constexpr Duration pause = std::chrono::seconds(2);

    Time paid_until_{};
};

} // namespace engine_net
