#pragma once

#include "lobby-watch/model/saved_table.hpp"

#include <engine_net/admin.hpp>
#include <engine_net/clock.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace watch {

/// All that a tick took, in microseconds.
std::uint32_t total_us(const engine_net::TickRecord& tick);

/// Of several ticks.
struct TickSummary {
    struct Times {
        std::uint32_t mean_us = 0;
        std::uint32_t p50_us = 0;
        std::uint32_t p99_us = 0;
        std::uint32_t max_us = 0;
    };

    std::array<Times, engine_net::stage_count> stages{};
    Times total{};
    std::size_t ticks = 0;
    std::size_t late = 0;
    double bytes_in_per_s = 0;
    double bytes_out_per_s = 0;
    double datagrams_in_per_s = 0;
    double datagrams_out_per_s = 0;
};

/// What a graph draws side by side: the slowest of a few ticks, so that none that was slow is
/// hidden.
struct TickColumn {
    engine_net::TickRecord slowest{};
    std::size_t ticks = 0;
    bool is_late = false; ///< one of them
    double bytes_in_per_s = 0;
    double bytes_out_per_s = 0;
    double datagrams_in = 0; ///< of a tick, in the mean
    double datagrams_out = 0;
};

/// The last minute of a server's ticks, which stands still while one looks closely.
class TickHistory {
public:
    /// Takes those that are newer than what it has; the oldest first.
    void note(const std::vector<engine_net::TickRecord>& ticks, std::uint32_t tick_rate);
    void pause(bool is_paused) { is_paused_ = is_paused; }
    [[nodiscard]] bool is_paused() const { return is_paused_; }
    [[nodiscard]] std::uint32_t tick_rate() const { return tick_rate_; }

    /// The ticks of so long a time up to the newest, good until the next `note`.
    [[nodiscard]] std::span<const engine_net::TickRecord> newest(engine_net::Duration range) const;
    [[nodiscard]] TickSummary summary(engine_net::Duration range) const;
    /// At most so many, which move on by whole columns.
    [[nodiscard]] std::vector<TickColumn> columns(engine_net::Duration range,
                                                  std::size_t most) const;
    [[nodiscard]] SavedTable saved(engine_net::Duration range) const;

private:
    [[nodiscard]] std::size_t ticks_in(engine_net::Duration range) const;

    std::vector<engine_net::TickRecord> ticks_; ///< the oldest first
    std::uint32_t tick_rate_ = 0;
    bool is_paused_ = false;
};

} // namespace watch
