#include "lobby-watch/screens/room_graphs.hpp"

#include "lobby-watch/screens/figures.hpp"
#include "lobby-watch/screens/graph.hpp"
#include "lobby-watch/screens/look.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

namespace watch {

namespace {

constexpr float column_pixels = 3;

using Columns = std::vector<RoomTickColumn>;

void draw_times(const Columns& columns, std::size_t most, std::uint32_t tick_rate, ImVec2 size) {
    double highest = 100;
    for (const RoomTickColumn& column : columns) highest = std::max(highest, column.slowest_us);
    const Graph graph("room times", size, highest, columns.size(), most);
    graph.draw_lines();
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto us = static_cast<std::uint64_t>(columns[i].slowest_us);
        const Trouble trouble = trouble_of_tick(us, tick_rate);
        const ImVec4 colour = trouble == Trouble::none
                                  ? look::colour_of(engine_net::Stage::simulate)
                                  : look::colour_of(trouble);
        graph.draw_bar(i, 0, columns[i].slowest_us, colour);
    }
    graph.draw_scale("ms");
    if (!graph.hovered()) return;
    graph.mark(*graph.hovered());
    const RoomTickColumn& column = columns[*graph.hovered()];
    ImGui::SetTooltip("up to tick %u\n%s ms, the slowest of %zu",
                      column.newest.value,
                      figures::ms(static_cast<std::uint64_t>(column.slowest_us)).text(),
                      column.ticks);
}

void draw_traffic(const Columns& columns, std::size_t most, ImVec2 size) {
    std::vector<double> in;
    std::vector<double> out;
    std::ranges::transform(columns, std::back_inserter(in), &RoomTickColumn::bytes_in_per_s);
    std::ranges::transform(columns, std::back_inserter(out), &RoomTickColumn::bytes_out_per_s);
    double highest = 1000;
    for (const auto* values : {&in, &out}) {
        if (!values->empty()) highest = std::max(highest, std::ranges::max(*values));
    }
    const Graph graph("room traffic", size, highest, columns.size(), most);
    graph.draw_lines();
    graph.draw_curve(out, look::good);
    graph.draw_curve(in, look::accent);
    graph.draw_scale("kB/s");
    if (!graph.hovered()) return;
    graph.mark(*graph.hovered());
    ImGui::SetTooltip("up to tick %u\n%s kB/s in\n%s kB/s out",
                      columns[*graph.hovered()].newest.value,
                      figures::kb(in[*graph.hovered()]).text(),
                      figures::kb(out[*graph.hovered()]).text());
}

} // namespace

void draw_room_graphs(const RoomHistory& history, std::uint32_t tick_rate, ImVec2 size) {
    const float gap = ImGui::GetStyle().ItemSpacing.x;
    const float words = look::small_font()->FontSize + ImGui::GetStyle().ItemSpacing.y;
    const ImVec2 one{std::max((size.x - gap) / 2, 1.0F), std::max(size.y - words, 1.0F)};
    const auto most = static_cast<std::size_t>(std::max(one.x / look::pixels(column_pixels), 1.0F));
    const Columns columns = history.columns(most);
    ImGui::BeginGroup();
    look::remark("ticks of this room, the last minute");
    draw_times(columns, most, tick_rate, one);
    ImGui::EndGroup();
    ImGui::SameLine();
    ImGui::BeginGroup();
    look::remark("bytes in (blue) and out (green)");
    draw_traffic(columns, most, one);
    ImGui::EndGroup();
}

} // namespace watch
