#pragma once

#include "lobby-watch/model/tick_history.hpp"

#include <imgui.h>

#include <cstddef>
#include <cstdint>
#include <optional>
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
    /// The same in datagrams of a tick.
    void draw_datagrams(ImVec2 size) const;
    /// All of a tick's time, and how much of it each stage takes of a mean tick.
    static void draw_budget(const TickSummary& summary, std::uint32_t tick_rate, ImVec2 size);

private:
    struct Ways {
        double TickColumn::*in;
        double TickColumn::*out;
    };
    struct Scale {
        double least = 1; ///< that the top means
        const char* unit = "";
        double unit_size = 1;
    };
    /// The column that one points at.
    std::optional<std::size_t>
    draw_ways(const char* name, ImVec2 size, Ways ways, const Scale& scale) const;
};

} // namespace watch
