#include "lobby-watch/screens/tick_graph.hpp"

#include "lobby-watch/screens/figures.hpp"
#include "lobby-watch/screens/graph.hpp"
#include "lobby-watch/screens/look.hpp"

#include <algorithm>
#include <iterator>
#include <string>

namespace watch {

using engine_net::Stage;
using engine_net::stage_count;

namespace {

double highest_us(const std::vector<TickColumn>& columns) {
    double highest = 0;
    for (const TickColumn& column : columns)
        highest = std::max(highest, static_cast<double>(total_us(column.slowest)));
    return highest;
}

void draw_stack(const Graph& graph, const TickColumn& column, std::size_t index) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float left = graph.x(index);
    const float right = left + graph.width();
    if (column.is_late) {
        list.AddRectFilled(
            {left, graph.corner().y}, {right, graph.end().y}, look::faded(look::bad, 0.3F));
        const float side = look::pixels(4);
        const float middle = (left + right) / 2;
        list.AddTriangleFilled({middle - side, graph.corner().y},
                               {middle + side, graph.corner().y},
                               {middle, graph.corner().y + 1.6F * side},
                               ImGui::GetColorU32(look::bad));
    }
    double below = 0;
    for (std::size_t stage = 0; stage < stage_count; ++stage) {
        const double above = below + column.slowest.us[stage];
        graph.draw_bar(index, below, above, look::colour_of(static_cast<Stage>(stage)));
        below = above;
    }
}

void draw_limit(const Graph& graph, double us) {
    if (us > graph.top()) return;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float height = graph.y(us);
    list.AddLine({graph.corner().x, height},
                 {graph.end().x, height},
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

double period_us(std::uint32_t tick_rate) {
    constexpr double second_us = 1e6;
    return tick_rate > 0 ? second_us / tick_rate : second_us;
}

} // namespace

void TickGraph::draw_times(ImVec2 size) const {
    constexpr double air = 1.08;
    const Graph graph("times", size, highest_us(columns) * air, columns.size(), most);
    graph.draw_lines();
    for (std::size_t i = 0; i < columns.size(); ++i) draw_stack(graph, columns[i], i);
    graph.draw_scale("ms");
    draw_limit(graph, period_us(tick_rate));
    const auto hovered = graph.hovered();
    if (!hovered) return;
    graph.mark(*hovered);
    show_read_out(columns[*hovered]);
}

void TickGraph::draw_traffic(ImVec2 size) const {
    const auto hovered = draw_ways("traffic",
                                   size,
                                   {&TickColumn::bytes_in_per_s, &TickColumn::bytes_out_per_s},
                                   {.least = 1000, .unit = "kB/s", .unit_size = 1000});
    if (!hovered) return;
    ImGui::SetTooltip("tick %u\n%s kB/s in\n%s kB/s out",
                      columns[*hovered].slowest.tick.value,
                      figures::kb(columns[*hovered].bytes_in_per_s).text(),
                      figures::kb(columns[*hovered].bytes_out_per_s).text());
}

void TickGraph::draw_datagrams(ImVec2 size) const {
    const auto hovered = draw_ways("datagrams",
                                   size,
                                   {&TickColumn::datagrams_in, &TickColumn::datagrams_out},
                                   {.least = 4, .unit = "", .unit_size = 1});
    if (!hovered) return;
    ImGui::SetTooltip("tick %u\n%.1f datagrams in\n%.1f datagrams out",
                      columns[*hovered].slowest.tick.value,
                      columns[*hovered].datagrams_in,
                      columns[*hovered].datagrams_out);
}

std::optional<std::size_t>
TickGraph::draw_ways(const char* name, ImVec2 size, Ways ways, const Scale& scale) const {
    std::vector<double> in;
    std::vector<double> out;
    std::ranges::transform(columns, std::back_inserter(in), ways.in);
    std::ranges::transform(columns, std::back_inserter(out), ways.out);
    double highest = scale.least;
    for (const auto* values : {&in, &out}) {
        if (!values->empty()) highest = std::max(highest, std::ranges::max(*values));
    }
    const Graph graph(name, size, highest, columns.size(), most);
    graph.draw_lines();
    graph.draw_curve(out, look::good);
    graph.draw_curve(in, look::accent);
    graph.draw_scale(scale.unit, scale.unit_size);
    if (graph.hovered()) graph.mark(*graph.hovered());
    return graph.hovered();
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
