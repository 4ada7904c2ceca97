#pragma once

#include "model/net_history.hpp"

#include <imgui.h>

#include <array>
#include <optional>

/// A curve of the last seconds, with what it shows, its newest value and its scale.
struct NetGraph {
    /// Another curve, drawn as a line over it.
    struct Line {
        const char* title = "";
        NetHistory::Row row{};
    };

    const char* title = "";
    const char* format = "%.0f"; ///< of a value
    const char* unit = "";       ///< that follows the scale: " ms"
    NetHistory::Row row{};
    float least_top = 1; ///< of the scale: less than this is little
    std::optional<Line> line{};
    float unit_size = 1; ///< of the values: 1000 for kB of bytes

    void draw(const NetHistory& history, ImVec2 size) const;

private:
    [[nodiscard]] std::array<char, 32> written(float value) const;
    void draw_words(const NetHistory& history, ImVec2 corner, ImVec2 size, float top) const;
};
