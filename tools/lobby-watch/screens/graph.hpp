#pragma once

#include <imgui.h>

#include <cstddef>
#include <optional>
#include <vector>

namespace watch {

/// Where columns are drawn side by side, the newest at the right, and what their height means.
class Graph {
public:
    /// Takes its place on the screen. `name` tells it from others; there is room for `most`
    /// columns, and its top is a round number of at least `highest`.
    Graph(const char* name, ImVec2 size, double highest, std::size_t columns, std::size_t most);

    [[nodiscard]] ImVec2 corner() const { return corner_; }
    [[nodiscard]] ImVec2 end() const { return {corner_.x + size_.x, corner_.y + size_.y}; }
    [[nodiscard]] double top() const { return top_; }
    [[nodiscard]] float width() const { return size_.x / static_cast<float>(most_); }
    [[nodiscard]] float x(std::size_t column) const {
        return end().x - static_cast<float>(columns_ - column) * width();
    }
    [[nodiscard]] float y(double value) const;

    void draw_lines() const;
    /// What the lines mean, in `unit`s of so much.
    void draw_scale(const char* unit, double unit_size = 1000) const;
    /// From one value to the next, by column.
    void draw_curve(const std::vector<double>& values, const ImVec4& colour) const;
    /// Values one above the other.
    void draw_bar(std::size_t column, double below, double above, const ImVec4& colour) const;
    /// The column that one points at.
    [[nodiscard]] std::optional<std::size_t> hovered() const { return hovered_; }
    void mark(std::size_t column) const;

private:
    ImVec2 corner_;
    ImVec2 size_;
    double top_;
    std::size_t columns_;
    std::size_t most_;
    std::optional<std::size_t> hovered_;
};

} // namespace watch
