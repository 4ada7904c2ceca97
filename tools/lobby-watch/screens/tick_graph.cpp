#include "lobby-watch/screens/tick_graph.hpp"

#include "lobby-watch/screens/figures.hpp"
#include "lobby-watch/screens/look.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string>

namespace watch {

using engine_net::Stage;
using engine_net::stage_count;

namespace {

/// 1, 2 or 5 and zeros: at least `value`.
double round_above(double value) {
    const double power = std::pow(10.0, std::floor(std::log10(std::max(value, 1.0))));
    for (const double step : {1.0, 2.0, 5.0}) {
        if (step * power >= value) return step * power;
    }
    return 10 * power;
}

ImU32 faded(const ImVec4& colour, float share) {
    return ImGui::GetColorU32({colour.x, colour.y, colour.z, colour.w * share});
}

constexpr std::array<double, 4> quarters{0.25, 0.5, 0.75, 1.0};

/// Where a graph is, and what its height means.
struct Frame {
    ImVec2 corner{};
    ImVec2 size{};
    double top = 1;
    std::size_t columns = 0;
    std::size_t most = 1;

    Frame(ImVec2 wanted, double highest, std::size_t count, std::size_t room)
        : corner(ImGui::GetCursorScreenPos())
        , size(wanted)
        , top(round_above(highest))
        , columns(count)
        , most(room) {
        ImGui::InvisibleButton("graph", size);
        ImGui::GetWindowDrawList()->AddRectFilled(
            corner, end(), ImGui::GetColorU32(ImGuiCol_ChildBg), look::pixels(3));
    }

    [[nodiscard]] ImVec2 end() const { return {corner.x + size.x, corner.y + size.y}; }
    [[nodiscard]] float width() const { return size.x / static_cast<float>(most); }
    [[nodiscard]] float x(std::size_t column) const {
        return end().x - static_cast<float>(columns - column) * width();
    }
    [[nodiscard]] float y(double value) const {
        const auto share = static_cast<float>(std::clamp(value / top, 0.0, 1.0));
        return end().y - share * (size.y - look::pixels(4));
    }

    void draw_lines() const {
        for (const double share : quarters) {
            const float height = y(share * top);
            ImGui::GetWindowDrawList()->AddLine(
                {corner.x, height}, {end().x, height}, ImGui::GetColorU32(ImGuiCol_Separator));
        }
    }

    /// What the lines mean, in thousands.
    void draw_scale(const char* unit) const {
        for (const double share : quarters) {
            std::array<char, 32> text{};
            std::snprintf(text.data(), text.size(), "%g %s", share * top / 1000, unit);
            ImGui::GetWindowDrawList()->AddText(
                look::small_font(),
                look::small_font()->FontSize,
                {corner.x + look::pixels(5), y(share * top) + look::pixels(1)},
                ImGui::GetColorU32(ImGuiCol_TextDisabled),
                text.data());
        }
    }

    /// The column that one points at.
    [[nodiscard]] std::optional<std::size_t> hovered() const {
        if (!ImGui::IsItemHovered()) return std::nullopt;
        const float left = end().x - ImGui::GetIO().MousePos.x;
        const auto from_end = static_cast<std::size_t>(std::max(left, 0.0F) / width()) + 1;
        if (from_end > columns) return std::nullopt;
        return columns - from_end;
    }
};

double highest_us(const std::vector<TickColumn>& columns) {
    double highest = 0;
    for (const TickColumn& column : columns)
        highest = std::max(highest, static_cast<double>(total_us(column.slowest)));
    return highest;
}

void draw_stack(const Frame& frame, const TickColumn& column, std::size_t index) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float left = frame.x(index);
    const float right = left + frame.width();
    if (column.is_late) {
        list.AddRectFilled({left, frame.corner.y}, {right, frame.end().y}, faded(look::bad, 0.3F));
        const float side = look::pixels(4);
        const float middle = (left + right) / 2;
        list.AddTriangleFilled({middle - side, frame.corner.y},
                               {middle + side, frame.corner.y},
                               {middle, frame.corner.y + 1.6F * side},
                               ImGui::GetColorU32(look::bad));
    }
    double below = 0;
    for (std::size_t stage = 0; stage < stage_count; ++stage) {
        const double above = below + column.slowest.us[stage];
        list.AddRectFilled({left, frame.y(above)},
                           {right, frame.y(below)},
                           ImGui::GetColorU32(look::colour_of(static_cast<Stage>(stage))));
        below = above;
    }
}

void draw_limit(const Frame& frame, double us) {
    if (us > frame.top) return;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float height = frame.y(us);
    list.AddLine({frame.corner.x, height},
                 {frame.end().x, height},
                 ImGui::GetColorU32(look::bad),
                 look::pixels(1.2F));
}

void show_read_out(const TickColumn& column) {
    ImGui::BeginTooltip();
    ImGui::Text("tick %u%s", column.slowest.tick.value, column.is_late ? ", late" : "");
    if (column.ticks > 1) ImGui::TextDisabled("the slowest of %zu", column.ticks);
    ImGui::Text("%s ms", figures::ms(total_us(column.slowest)).text());
    for (std::size_t i = stage_count; i-- > 0;) {
        const auto stage = static_cast<Stage>(i);
        ImGui::TextColored(look::colour_of(stage),
                           "%7s  %s",
                           figures::ms(column.slowest.us[i]).text(),
                           std::string(name_of(stage)).c_str());
    }
    ImGui::EndTooltip();
}

void mark_column(const Frame& frame, std::size_t column) {
    const float middle = frame.x(column) + frame.width() / 2;
    ImGui::GetWindowDrawList()->AddLine(
        {middle, frame.corner.y}, {middle, frame.end().y}, faded(look::text, 0.5F));
}

double period_us(std::uint32_t tick_rate) {
    constexpr double second_us = 1e6;
    return tick_rate > 0 ? second_us / tick_rate : second_us;
}

void draw_curve(const Frame& frame, const std::vector<ImVec2>& points, const ImVec4& colour) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    for (std::size_t i = 0; i + 1 < points.size(); ++i) {
        list.AddQuadFilled(points[i],
                           points[i + 1],
                           {points[i + 1].x, frame.end().y},
                           {points[i].x, frame.end().y},
                           faded(colour, 0.12F));
    }
    list.AddPolyline(points.data(),
                     static_cast<int>(points.size()),
                     ImGui::GetColorU32(colour),
                     ImDrawFlags_None,
                     look::pixels(1.5F));
}

} // namespace

void TickGraph::draw_times(ImVec2 size) const {
    ImGui::PushID("times");
    constexpr double air = 1.08;
    const Frame frame(size, highest_us(columns) * air, columns.size(), most);
    ImGui::PopID();
    frame.draw_lines();
    for (std::size_t i = 0; i < columns.size(); ++i) draw_stack(frame, columns[i], i);
    frame.draw_scale("ms");
    draw_limit(frame, period_us(tick_rate));
    const auto hovered = frame.hovered();
    if (!hovered) return;
    mark_column(frame, *hovered);
    show_read_out(columns[*hovered]);
}

void TickGraph::draw_traffic(ImVec2 size) const {
    double highest = 1000;
    for (const TickColumn& column : columns)
        highest = std::max({highest, column.bytes_in_per_s, column.bytes_out_per_s});
    ImGui::PushID("traffic");
    const Frame frame(size, highest, columns.size(), most);
    ImGui::PopID();
    frame.draw_lines();
    std::vector<ImVec2> in;
    std::vector<ImVec2> out;
    in.reserve(columns.size());
    out.reserve(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const float middle = frame.x(i) + frame.width() / 2;
        in.emplace_back(middle, frame.y(columns[i].bytes_in_per_s));
        out.emplace_back(middle, frame.y(columns[i].bytes_out_per_s));
    }
    draw_curve(frame, out, look::good);
    draw_curve(frame, in, look::accent);
    frame.draw_scale("kB/s");
    const auto hovered = frame.hovered();
    if (!hovered) return;
    mark_column(frame, *hovered);
    ImGui::SetTooltip("tick %u\n%s kB/s in\n%s kB/s out",
                      columns[*hovered].slowest.tick.value,
                      figures::kb(columns[*hovered].bytes_in_per_s).text(),
                      figures::kb(columns[*hovered].bytes_out_per_s).text());
}

void TickGraph::draw_budget(const TickSummary& summary, std::uint32_t tick_rate, ImVec2 size) {
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    const ImVec2 end{corner.x + size.x, corner.y + size.y};
    ImGui::InvisibleButton("budget", size);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float rounding = look::pixels(3);
    list.AddRectFilled(corner, end, ImGui::GetColorU32(ImGuiCol_FrameBg), rounding);
    const auto x = [&](double us) {
        const double share = std::clamp(us / period_us(tick_rate), 0.0, 1.0);
        return corner.x + static_cast<float>(share) * size.x;
    };
    double begin = 0;
    for (std::size_t stage = 0; stage < stage_count; ++stage) {
        const double us = begin + summary.stages[stage].mean_us;
        list.AddRectFilled({x(begin), corner.y},
                           {x(us), end.y},
                           ImGui::GetColorU32(look::colour_of(static_cast<Stage>(stage))),
                           rounding / 2);
        begin = us;
    }
    const auto mark = [&](std::uint32_t us, const ImVec4& colour) {
        list.AddLine(
            {x(us), corner.y}, {x(us), end.y}, ImGui::GetColorU32(colour), look::pixels(2));
    };
    mark(summary.total.p99_us, look::notable);
    mark(summary.total.max_us, look::bad);
    look::tip(
        "The whole bar is the time that a tick has. In it: the stages of a mean tick, and where "
        "the 99th percentile and the longest tick end.");
}

} // namespace watch
