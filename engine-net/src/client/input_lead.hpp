#pragma once

#include <engine_net/clock.hpp>
#include <engine_net/limits.hpp>
#include <engine_net/tick.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace engine_net {

/// How far ahead of the server's clock a client gives ticks their inputs, so that each is there
/// just before its tick is simulated. The server tells how early the latest of them came, and what
/// that tick's lead was is known here: the difference is how long an input is on its way, at worst.
/// What the worst of the last seconds took is aimed at, at most 5 % faster or slower than time
/// passes.
class InputLead {
public:
    void set_tick_period(Duration period) { period_ = period; }
    /// Before the first report, from the heartbeats.
    void guess(Duration round_trip, Duration jitter);
    /// `tick` gets its input now.
    void note_given(Tick tick);
    /// The server got the input of `tick` that much too early, below zero: too late.
    void take_report(Tick tick, Duration early, Time now);
    void advance_to(Time now);
    /// For another link.
    void begin_again();

    [[nodiscard]] Duration lead() const { return lead_; }
    /// How early the inputs of the last reported second were, at worst; zero before the first one.
    [[nodiscard]] Duration reported() const { return reported_; }

private:
    struct Given {
        Tick tick;
        Duration lead{0};
        bool is_used = false;
    };
    struct Need {
        Time when{};
        Duration lead{0};
    };
    [[nodiscard]] Duration worst_need(Time now) const;

    static constexpr std::size_t kept_needs = 32;

    Duration period_{0};
    Duration lead_{0};
    Duration target_{0};
    Duration reported_{0};
    bool has_report_ = false;
    bool has_guess_ = false;
    std::optional<Time> advanced_;
    std::vector<Given> given_{history_ticks}; ///< by tick
    std::array<Need, kept_needs> needs_{};
    std::size_t needs_count_ = 0;
};

} // namespace engine_net
