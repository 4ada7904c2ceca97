#pragma once

#include "core/tick_range.hpp"
#include "wire/hot.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/tick.hpp>

#include <cstdint>
#include <optional>

namespace engine_net {

/// One exchange with the other end, as RFC 5905 (NTP) names the four times: the error of `offset`
/// is at most half of `round_trip`.
struct ClockSample {
    Duration round_trip{0};
    Duration offset{0}; ///< their clock less ours
};

/// How a player's inputs come in.
struct InputReport {
    Duration lead{0}; ///< how early the latest of the last second's came; negative: how late
    Tick lead_tick{}; ///< which that was
    std::uint16_t newest = 0;   ///< sequence of their messages ...
    std::uint16_t received = 0; ///< ... and how many came, modulo 2^16
};

/// What a server's heartbeat says besides.
struct TickReport {
    Tick tick;
    Duration tick_age{0}; ///< since it was due
    InputReport inputs{};
    TickRange input_gap{}; ///< of the ticks of late, the most that had none
};

/// One end of the heartbeats: what to send, and what the answers tell. Times are the ends' own
/// clocks; they need not agree.
class HeartbeatExchange {
public:
    /// A client's report says nothing.
    wire::Heartbeat next(Time now, std::uint32_t received, const TickReport& report = {});
    /// Takes one in; a sample when it answers one of ours for the first time.
    std::optional<ClockSample> take(const wire::Heartbeat& heartbeat, Time now);

    /// Smoothed as RFC 6298 does (1/8 and 1/4). Zero before the first sample.
    [[nodiscard]] Duration round_trip() const { return round_trip_; }
    [[nodiscard]] Duration jitter() const { return jitter_; }
    /// When the last one was sent.
    [[nodiscard]] std::optional<Time> last_sent() const { return last_sent_; }

private:
    std::uint16_t sequence_ = 0;
    std::optional<Time> last_sent_;
    std::optional<std::uint64_t> their_sent_us_;
    Time their_arrival_{};
    std::uint16_t their_sequence_ = 0;
    std::uint64_t answered_us_ = 0;
    Duration round_trip_{0};
    Duration jitter_{0};
};

} // namespace engine_net
