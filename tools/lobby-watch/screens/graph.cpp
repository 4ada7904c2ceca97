#include "lobby-watch/screens/graph.hpp"

#include "lobby-watch/screens/look.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace watch {

namespace {

constexpr std::array<double, 4> quarters{0.25, 0.5, 0.75, 1.0};

/// 1, 2 or 5 and zeros: at least `value`.
double round_above(double value) {
    const double power = std::pow(10.0, std::floor(std::log10(std::max(value, 1.0))));
    for (const double step : {1.0, 2.0, 5.0}) {
        if (step * power >= value) return step * power;
    }
    return 10 * power;
}

} // namespace

Graph::Graph(const char* name, ImVec2 size, double highest, std::size_t columns, std::size_t most)
    : corner_(ImGui::GetCursorScreenPos())
    , size_(size)
    , top_(round_above(highest))
    , columns_(columns)
    , most_(std::max<std::size_t>(most, 1)) {
    ImGui::InvisibleButton(name, size_);
    ImGui::GetWindowDrawList()->AddRectFilled(
        corner_, end(), ImGui::GetColorU32(ImGuiCol_ChildBg), look::pixels(3));
    if (!ImGui::IsItemHovered()) return;
    const float left = end().x - ImGui::GetIO().MousePos.x;
    const auto from_end = static_cast<std::size_t>(std::max(left, 0.0F) / width()) + 1;
    if (from_end <= columns_) hovered_ = columns_ - from_end;
}

float Graph::y(double value) const {
    const auto share = static_cast<float>(std::clamp(value / top_, 0.0, 1.0));
    return end().y - share * (size_.y - look::pixels(4));
}

void Graph::draw_lines() const {
    for (const double share : quarters) {
        const float height = y(share * top_);
        ImGui::GetWindowDrawList()->AddLine(
            {corner_.x, height}, {end().x, height}, ImGui::GetColorU32(ImGuiCol_Separator));
    }
}

void Graph::draw_scale(const char* unit, double unit_size) const {
    for (const double share : quarters) {
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "%g %s", share * top_ / unit_size, unit);
        ImGui::GetWindowDrawList()->AddText(
            look::small_font(),
            look::small_font()->FontSize,
            {corner_.x + look::pixels(5), y(share * top_) + look::pixels(1)},
            ImGui::GetColorU32(ImGuiCol_TextDisabled),
            text.data());
    }
}

void Graph::draw_curve(const std::vector<double>& values, const ImVec4& colour) const {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    std::vector<ImVec2> points;
    points.reserve(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        points.emplace_back(x(i) + width() / 2, y(values[i]));
    for (std::size_t i = 0; i + 1 < points.size(); ++i) {
        list.AddQuadFilled(points[i],
                           points[i + 1],
                           {points[i + 1].x, end().y},
                           {points[i].x, end().y},
                           look::faded(colour, 0.12F));
    }
    list.AddPolyline(points.data(),
                     static_cast<int>(points.size()),
                     ImGui::GetColorU32(colour),
                     ImDrawFlags_None,
                     look::pixels(1.5F));
}

void Graph::draw_bar(std::size_t column, double below, double above, const ImVec4& colour) const {
    const float left = x(column);
    ImGui::GetWindowDrawList()->AddRectFilled(
        {left, y(above)}, {left + width(), y(below)}, ImGui::GetColorU32(colour));
}

void Graph::mark(std::size_t column) const {
    const float middle = x(column) + width() / 2;
    ImGui::GetWindowDrawList()->AddLine(
        {middle, corner_.y}, {middle, end().y}, look::faded(look::text, 0.5F));
}

} // namespace watch
