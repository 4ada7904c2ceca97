#pragma once

#include "lobby-watch/model/watched_server.hpp"
#include "lobby-watch/screens/tick_graph.hpp"

#include <engine_net/clock.hpp>

#include <imgui.h>

#include <chrono>

namespace watch {

/// Where the ticks' time goes.
class TimeTab {
public:
    void draw(WatchedServer& server);
    /// What the graphs show, and what is saved of them.
    [[nodiscard]] engine_net::Duration range() const { return range_; }

private:
    void draw_controls(WatchedServer& server);
    void draw_graph(const TickHistory& history,
                    float least_pixels,
                    ImVec2 size,
                    void (TickGraph::*draw_it)(ImVec2 size) const) const;

    engine_net::Duration range_ = std::chrono::seconds(10);
};

} // namespace watch
