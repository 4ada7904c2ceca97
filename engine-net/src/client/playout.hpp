#pragma once

#include <engine_net/clock.hpp>
#include <engine_net/shown.hpp>
#include <engine_net/tick.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace engine_net {

struct PlayoutConfig {
    Duration min_delay{0};               ///< to wait at least
    Duration max_delay{500'000};         ///< and at most
    Duration max_extrapolation{100'000}; ///< shown past the newest version
};

/// What became of the frames.
struct PlayoutCounts {
    std::uint64_t shown = 0;   ///< frames
    std::uint64_t starved = 0; ///< of these, past the newest version
    std::uint64_t jumps = 0;   ///< forward, after a stall
    Duration extrapolated{0};  ///< for how long in all
};

/// The clock that a client shows the room by: which moment of the server's ticks is on the screen.
/// It lags as far behind the fastest snapshots as the slow ones come late, so that there is nearly
/// always a newer version to move towards (an adaptive playout buffer, as for audio: R. Ramjee et
/// al., "Adaptive playout mechanisms for packetized audio applications in wide-area networks",
/// 1994).
///
/// It reckons with when snapshots came and nothing else: the estimate of the server's clock may be
/// off or move, and what is shown runs on evenly.
///
/// It runs at most a tenth faster or slower than time and never goes back. Only after a stall it
/// jumps forward, once. It stops `max_extrapolation` past the newest version.
class Playout {
public:
    explicit Playout(PlayoutConfig config) : config_(config) {}

    void set_tick_rate(std::uint32_t ticks_per_second) { ticks_per_second_ = ticks_per_second; }
    /// A snapshot came whose tick is newer than all before.
    void note_arrival(Tick tick, Time now);
    /// Moves on to the frame of `now`; call it with every poll, after what arrived was noted.
    void advance(Time now);
    /// For another link: how late snapshots are must be learned anew. What is shown goes on.
    void begin_again();
    /// For another room.
    void clear();

    /// The moment that is shown; nothing before it is known how late snapshots come.
    [[nodiscard]] std::optional<TickTime> shown_at(Time now) const;
    /// What it moves towards.
    [[nodiscard]] std::optional<TickTime> target_at(Time now) const;
    [[nodiscard]] const PlayoutCounts& counts() const { return counts_; }

private:
    /// How late the snapshots are: just before a newer one comes, the age of the newest one is how
    /// far behind one would have had to be so as not to run out.
    struct Sample {
        Time at{};
        Duration lag{0};
    };
    void end_wait(Time now);
    void take_sample(Duration lag, Time now);
    [[nodiscard]] Duration wanted_lag();
    void fall(Duration passed);
    [[nodiscard]] Duration position_at(Time now) const;
    [[nodiscard]] Duration target_position(Time now) const;
    [[nodiscard]] Duration duration_of(std::int32_t ticks) const;
    [[nodiscard]] TickTime moment_of(Duration position) const;

    PlayoutConfig config_;
    std::uint32_t ticks_per_second_ = 1;
    // Positions are times since the first tick that came was due, lags how far one is behind the
    // time since it came.
    std::optional<Tick> first_tick_;
    Time first_arrival_{};
    Duration newest_{0}; ///< position of the newest tick
    Time last_arrival_{};
    Duration interval_{0}; ///< typical, between two arrivals
    /// After a stall, until what came in one go with the newest one was not all old.
    bool is_draining_ = false;
    Duration newest_before_{0}; ///< `newest_` before what came at `last_arrival_`
    Duration wait_{0};          ///< for that, if it was not a stall
    std::vector<Sample> samples_;
    std::vector<Duration> sorted_;  ///< kept for its memory
    Duration least_lag_{0};         ///< of the samples
    std::optional<Duration> lag_;   ///< to have
    Duration wanted_{0};            ///< what that goes towards
    std::optional<Duration> shown_; ///< position at the last advance
    Time advanced_{};
    double speed_ = 1; ///< until the next one
    PlayoutCounts counts_;
};

} // namespace engine_net
