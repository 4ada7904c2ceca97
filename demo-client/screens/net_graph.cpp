#include "screens/net_graph.hpp"

#include "screens/parts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

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

std::array<char, 32> written(const char* format, float value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), format, static_cast<double>(value));
    return text;
}

} // namespace

void NetGraph::draw(const NetHistory& history, ImVec2 size) const {
    constexpr float head = 20; // for the letters above the curve
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    const ImVec2 end{corner.x + size.x, corner.y + size.y};
    const ImVec2 floor{corner.x, corner.y + head};
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Colour line = player_colour(0);
    list.AddRectFilled(floor, end, ImGui::GetColorU32(ImGuiCol_ChildBg), 3);

    const NetHistory::Values values = history.values(row);
    const float top = top_for(values, least_top);
    const float height = end.y - floor.y - 2;
    std::array<ImVec2, NetHistory::length> points{};
    for (std::size_t i = 0; i < points.size(); ++i) {
        const float across = static_cast<float>(i) / static_cast<float>(points.size() - 1);
        const float up = std::clamp(values[i] / top, 0.0F, 1.0F);
        points[i] = {corner.x + across * size.x, end.y - 1 - up * height};
    }
    const ImU32 shade = ImGui::GetColorU32(parts::imgui(line.faded(0.14F)));
    for (std::size_t i = 0; i + 1 < points.size(); ++i) {
        list.AddQuadFilled(
            points[i], points[i + 1], {points[i + 1].x, end.y}, {points[i].x, end.y}, shade);
    }
    list.AddPolyline(points.data(),
                     static_cast<int>(points.size()),
                     ImGui::GetColorU32(parts::imgui(line)),
                     ImDrawFlags_None,
                     1.6F);

    const auto newest = written(format, history.newest(row));
    const auto scale = written(format, top);
    const float newest_at = end.x - ImGui::CalcTextSize(newest.data()).x;
    const ImU32 dim = ImGui::GetColorU32(ImGuiCol_TextDisabled);
    list.AddText(corner, dim, title);
    list.AddText({newest_at, corner.y}, ImGui::GetColorU32(ImGuiCol_Text), newest.data());
    list.AddText(nullptr, 11, {floor.x + 4, floor.y + 2}, dim, scale.data());
    ImGui::Dummy(size);
}
