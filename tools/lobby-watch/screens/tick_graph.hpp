#pragma once

#include "lobby-watch/model/tick_history.hpp"

#include <imgui.h>

#include <cstdint>
#include <vector>

namespace watch {

/// Columns as wide as there is room for, of which one can be pointed at.
struct TickGraph {
    const std::vector<TickColumn>& columns; ///< the newest is at the right
    std::size_t most = 1;                   ///< columns that fit
    std::uint32_t tick_rate = 0;

    /// The times of each tick's stages on top of each other, late ticks marked.
    void draw_times(ImVec2 size) const;
    /// What came in and went out.
    void draw_traffic(ImVec2 size) const;
    /// All of a tick's time, and how much of it each stage takes of a mean tick.
    static void draw_budget(const TickSummary& summary, std::uint32_t tick_rate, ImVec2 size);
};

} // namespace watch
