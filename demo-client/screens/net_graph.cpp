#include "screens/net_graph.hpp"

#include "screens/parts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>

namespace {

/// 1, 2 or 5 and zeros: at least `value`.
float round_above(float value) {
    const float power = std::pow(10.0F, std::floor(std::log10(value)));
    for (const float step : {1.0F, 2.0F, 5.0F}) {
        if (step * power >= value) return step * power;
    }
    return 10 * power;
}

/// Of a scale for these values: a few that stand out may leave it, so that the rest can be seen.
float top_for(NetHistory::Values values, float least) {
    constexpr std::size_t outliers = 4;
    std::ranges::sort(values);
    const float most = std::min(values.back(), values[values.size() - 1 - outliers] * 1.5F);
    return round_above(std::max(most * 1.05F, least));
}

constexpr float head = 19; // pixels for the letters above the curve

using Points = std::array<ImVec2, NetHistory::length>;

Points
points_of(const NetHistory::Values& values, float top, const ImVec2& corner, const ImVec2& size) {
    const float height = size.y - head - 2;
    Points points{};
    for (std::size_t i = 0; i < points.size(); ++i) {
        const float across = static_cast<float>(i) / static_cast<float>(points.size() - 1);
        const float up = std::clamp(values[i] / top, 0.0F, 1.0F);
        points[i] = {corner.x + across * size.x, corner.y + size.y - 1 - up * height};
    }
    return points;
}

void draw_line(const Points& points, Colour colour) {
    ImGui::GetWindowDrawList()->AddPolyline(points.data(),
                                            static_cast<int>(points.size()),
                                            ImGui::GetColorU32(parts::imgui(colour)),
                                            ImDrawFlags_None,
                                            1.6F);
}

void shade_below(const Points& points, float bottom, Colour colour) {
    const ImU32 shade = ImGui::GetColorU32(parts::imgui(colour.faded(0.14F)));
    for (std::size_t i = 0; i + 1 < points.size(); ++i) {
        ImGui::GetWindowDrawList()->AddQuadFilled(
            points[i], points[i + 1], {points[i + 1].x, bottom}, {points[i].x, bottom}, shade);
    }
}

constexpr Colour curve_colour = player_colour(0);
constexpr Colour line_colour = player_colour(3);

} // namespace

void NetGraph::draw(const NetHistory& history, ImVec2 size) const {
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    const ImVec2 end{corner.x + size.x, corner.y + size.y};
    ImGui::GetWindowDrawList()->AddRectFilled(
        {corner.x, corner.y + head}, end, ImGui::GetColorU32(ImGuiCol_ChildBg), 3);

    const NetHistory::Values values = history.values(row);
    float top = top_for(values, least_top);
    if (line) top = std::max(top, top_for(history.values(line->row), least_top));
    const Points curve = points_of(values, top, corner, size);
    shade_below(curve, end.y, curve_colour);
    draw_line(curve, curve_colour);
    if (line) draw_line(points_of(history.values(line->row), top, corner, size), line_colour);
    draw_words(history, corner, size, top);
    ImGui::Dummy(size);
}

std::array<char, 32> NetGraph::written(float value) const {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), format, static_cast<double>(value / unit_size));
    return text;
}

/// The titles at the left, and at the right the newest values, each in the colour of its curve.
void NetGraph::draw_words(const NetHistory& history, ImVec2 corner, ImVec2 size, float top) const {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float title_size = ImGui::GetFontSize() - 2;
    const ImU32 dim = ImGui::GetColorU32(ImGuiCol_TextDisabled);
    const ImU32 bright = ImGui::GetColorU32(ImGuiCol_Text);
    const ImU32 of_line = ImGui::GetColorU32(parts::imgui(line_colour));
    ImVec2 left{corner.x, corner.y + 2};
    const auto put_title = [&](const char* text, ImU32 colour) {
        list.AddText(nullptr, title_size, left, colour, text);
        left.x += ImGui::CalcTextSize(text).x * title_size / ImGui::GetFontSize();
    };
    ImVec2 right{corner.x + size.x, corner.y};
    const auto put_value = [&](const char* text, ImU32 colour) {
        right.x -= ImGui::CalcTextSize(text).x;
        list.AddText(right, colour, text);
    };
    put_title(title, dim);
    if (line) {
        put_title(", ", dim);
        put_title(line->title, ImGui::GetColorU32(parts::imgui(line_colour.faded(0.6F))));
        put_value(written(history.newest(line->row)).data(), of_line);
        put_value("  ", dim);
    }
    put_value(written(history.newest(row)).data(), bright);
    const std::string scale = written(top).data() + std::string(unit);
    list.AddText(nullptr, 11, {corner.x + 4, corner.y + head + 2}, dim, scale.c_str());
}
