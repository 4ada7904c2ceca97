#pragma once

#include "model/net_history.hpp"

#include <imgui.h>

/// A curve of the last seconds, with what it shows, its newest value and its scale.
struct NetGraph {
    const char* title = "";
    const char* format = "%.0f"; ///< of the values: "%.0f ms"
    NetHistory::Row row{};
    float least_top = 1; ///< of the scale: less than this is little

    void draw(const NetHistory& history, ImVec2 size) const;
};
