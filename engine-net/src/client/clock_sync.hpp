#pragma once

#include "session/heartbeat.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/shown.hpp>
#include <engine_net/tick.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace engine_net {

/// The client's idea of the server's clock and tick. Of the newest samples the one with the least
/// round trip is believed, since it waited least (the clock filter of RFC 5905, section 10); the
/// idea moves towards it by at most 5 % of the passing time, so it never goes back.
class ClockSync {
public:
    void set_tick_rate(std::uint32_t ticks_per_second) { ticks_per_second_ = ticks_per_second; }
    void add(const ClockSample& sample);
    /// The server says that `tick` was due at `due` of its own clock.
    void set_tick(Tick tick, Time due);
    /// Moves the idea along; call it with every poll.
    void advance_to(Time now);
    /// Forgets the samples, for another link. The idea, and the tick, go on until new ones come.
    void begin_again();

    [[nodiscard]] bool is_set() const { return offset_.has_value(); }
    [[nodiscard]] Time server_time(Time now) const { return now + offset_.value_or(Duration(0)); }
    /// The newest tick that is due at `server_time`, and how much of the next one has passed;
    /// nothing before the first samples. It never goes back for times that don't, unless by a
    /// second or more: then the server is another one, or was stopped.
    [[nodiscard]] std::optional<TickTime> tick_time_at(Time server_time) const;
    [[nodiscard]] std::optional<Tick> tick_at(Time server_time) const {
        const auto time = tick_time_at(server_time);
        return time ? std::optional(time->tick) : std::nullopt;
    }
    /// How long ago `tick` was due at `server_time`, to the microsecond; negative before that.
    [[nodiscard]] std::optional<Duration> age_of(Tick tick, Time server_time) const;
    [[nodiscard]] std::uint32_t ticks_per_second() const { return ticks_per_second_; }
    [[nodiscard]] Duration tick_period() const { return Duration(1'000'000) / ticks_per_second_; }

private:
    [[nodiscard]] std::optional<TickTime> raw_tick_time_at(Time server_time) const;

    /// Half of a second's heartbeats at the joining rate.
    static constexpr std::size_t kept = 8;

    std::array<ClockSample, kept> samples_{};
    std::size_t count_ = 0;
    std::optional<Duration> offset_;
    Duration target_{0};
    std::optional<Time> advanced_;
    std::uint32_t ticks_per_second_ = 1;
    std::optional<Tick> tick_;
    bool is_tick_old_ = false; ///< of the link before: whatever comes next takes its place
    Time tick_due_{};
    std::optional<TickTime> reached_; ///< of the newest poll
};

} // namespace engine_net
