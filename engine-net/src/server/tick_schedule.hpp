#pragma once

#include <engine_net/clock.hpp>

#include <cstdint>

namespace engine_net {

/// When ticks are due. Deadlines lie on one grid from the start on, computed from it each time, so
/// that they never drift. Whoever falls behind catches up by a bounded number of ticks; the grid's
/// slots beyond that are given up.
class TickSchedule {
public:
    struct Due {
        std::uint32_t ticks = 0;   ///< to be run now
        std::uint64_t dropped = 0; ///< given up
        bool is_late = false;      ///< the first began more than a period after its deadline
    };

    TickSchedule(std::uint32_t ticks_per_second, std::uint32_t max_catch_up_ticks);

    /// The first tick is due at `now`.
    void start(Time now) { start_ = now; }
    /// What is due at `now`; the caller runs it.
    Due take(Time now);

    [[nodiscard]] Time next_deadline() const { return deadline_of(next_slot_); }
    /// Of the newest tick taken.
    [[nodiscard]] Time newest_deadline() const {
        return deadline_of(next_slot_ == 0 ? 0 : next_slot_ - 1);
    }
    /// Of the tick that comes `ticks` after the newest one taken, if none is dropped.
    [[nodiscard]] Time deadline_after(std::int32_t ticks) const;

private:
    [[nodiscard]] Time deadline_of(std::uint64_t slot) const;

    std::uint64_t ticks_per_second_;
    std::uint64_t max_catch_up_ticks_;
    Time start_{};
    std::uint64_t next_slot_ = 0;
};

} // namespace engine_net
