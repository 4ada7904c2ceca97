#pragma once

#include "core/tick_range.hpp"

#include <engine_net/limits.hpp>

namespace engine_net {

/// The longest run of ticks without an input of one player's, of those that ended at most
/// `max_replayed_inputs` ticks ago: what was lost with its link.
class InputGap {
public:
    /// Of each tick, in order.
    void note(Tick tick, bool has_input) {
        if (tick - longest_.end() > static_cast<std::int32_t>(max_replayed_inputs)) longest_ = {};
        if (has_input) {
            running_ = {};
            return;
        }
        if (running_.ticks == 0) running_.first = tick;
        ++running_.ticks;
        if (running_.ticks >= longest_.ticks) longest_ = running_;
    }
    [[nodiscard]] const TickRange& longest() const { return longest_; }

private:
    TickRange running_; ///< up to the newest tick
    TickRange longest_;
};

} // namespace engine_net
