#include "lobby-watch/screens/time_tab.hpp"

#include "lobby-watch/screens/figures.hpp"
#include "lobby-watch/screens/look.hpp"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <string>

using namespace std::chrono_literals;

namespace watch {

using engine_net::Duration;
using engine_net::Stage;
using engine_net::stage_count;

namespace {

struct Range {
    const char* name;
    Duration time;
};
constexpr std::array<Range, 4> ranges{{{"2 s", 2s}, {"10 s", 10s}, {"30 s", 30s}, {"60 s", 60s}}};

double period_us(std::uint32_t tick_rate) {
    return tick_rate > 0 ? 1e6 / tick_rate : 1e6;
}

void draw_times(const char* name,
                const ImVec4& colour,
                const TickSummary::Times& times,
                std::uint32_t tick_rate) {
    ImGui::TableNextRow();
    look::cell(name, colour);
    look::number_cell(figures::ms(times.mean_us).text());
    look::number_cell(figures::ms(times.p50_us).text());
    look::number_cell(figures::ms(times.p99_us).text(),
                      look::colour_of(trouble_of_tick(times.p99_us, tick_rate)));
    look::number_cell(figures::ms(times.max_us).text(),
                      look::colour_of(trouble_of_tick(times.max_us, tick_rate)));
    look::number_cell(figures::percent(times.mean_us / period_us(tick_rate)).text(), look::dim);
}

void draw_stages(const TickSummary& summary, std::uint32_t tick_rate) {
    constexpr std::array<const char*, 6> names{
        "Stage", "mean ms", "p50 ms", "p99 ms", "max ms", "of tick"};
    constexpr ImGuiTableFlags flags = ImGuiTableFlags_RowBg | ImGuiTableFlags_BordersOuter |
                                      ImGuiTableFlags_SizingFixedFit |
                                      ImGuiTableFlags_NoSavedSettings;
    if (!ImGui::BeginTable("stages", static_cast<int>(names.size()), flags, {look::pixels(520), 0}))
        return;
    for (const char* const name : names) {
        const float width = name == names.front() ? 100 : 68;
        ImGui::TableSetupColumn(name, ImGuiTableColumnFlags_WidthFixed, look::pixels(width));
    }
    look::headers(static_cast<int>(names.size()), 1, static_cast<int>(names.size()));
    for (std::size_t i = 0; i < stage_count; ++i) {
        const auto stage = static_cast<Stage>(i);
        draw_times(std::string("\u25A0 ").append(name_of(stage)).c_str(),
                   look::colour_of(stage),
                   summary.stages[i],
                   tick_rate);
    }
    draw_times("all", look::text, summary.total, tick_rate);
    ImGui::EndTable();
}

void draw_traffic(const char* way, const ImVec4& colour, double bytes, double datagrams) {
    ImGui::TableNextRow();
    look::cell(way, colour);
    look::number_cell(std::string(figures::kb(bytes).text()).append(" kB/s").c_str());
    const auto whole = static_cast<std::uint64_t>(datagrams);
    look::number_cell(std::string(figures::count(whole).text()).append(" datagrams/s").c_str());
}

void draw_facts(const TickSummary& summary, std::uint32_t tick_rate) {
    look::remark("a mean tick's share of the time it has");
    const float width = ImGui::GetContentRegionAvail().x;
    TickGraph::draw_budget(summary, tick_rate, {std::max(width, 1.0F), look::pixels(26)});
    ImGui::Text("%s of %s ms, %u ticks a second",
                figures::ms(summary.total.mean_us).text(),
                figures::ms(static_cast<std::uint64_t>(period_us(tick_rate))).text(),
                tick_rate);
    ImGui::TextColored(summary.late > 0 ? look::bad : look::good,
                       "%zu of %zu ticks began late",
                       summary.late,
                       summary.ticks);
    if (!ImGui::BeginTable("traffic", 3, ImGuiTableFlags_NoSavedSettings)) return;
    for (const float column_width : {40.0F, 110.0F, 150.0F})
        ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthFixed, look::pixels(column_width));
    draw_traffic("in", look::accent, summary.bytes_in_per_s, summary.datagrams_in_per_s);
    draw_traffic("out", look::good, summary.bytes_out_per_s, summary.datagrams_out_per_s);
    ImGui::EndTable();
}

} // namespace

void TimeTab::draw_controls(WatchedServer& server) {
    const TickHistory& history = server.history();
    for (const Range& range : ranges) {
        const bool is_chosen = range.time == range_;
        if (is_chosen)
            ImGui::PushStyleColor(ImGuiCol_Button, ImGui::GetColorU32(ImGuiCol_TabActive));
        if (ImGui::Button(range.name)) range_ = range.time;
        if (is_chosen) ImGui::PopStyleColor();
        ImGui::SameLine();
    }
    if (ImGui::Button(history.is_paused() ? "Go on (F5)" : "Hold (F5)"))
        server.hold(!history.is_paused());
    ImGui::SameLine();
    ImGui::AlignTextToFramePadding();
    ImGui::TextDisabled("%s",
                        history.is_paused()
                            ? "held: the server goes on"
                            : "the slowest tick of each column; red ones began late");
}

void TimeTab::draw(WatchedServer& server) {
    const TickHistory& history = server.history();
    draw_controls(server);
    const std::uint32_t tick_rate = history.tick_rate();
    const TickSummary summary = history.summary(range_);
    if (summary.ticks == 0) return ImGui::TextDisabled("No tick has been told of yet.");
    draw_stages(summary, tick_rate);
    ImGui::SameLine();
    ImGui::BeginGroup();
    draw_facts(summary, tick_rate);
    ImGui::EndGroup();

    const ImVec2 free = ImGui::GetContentRegionAvail();
    const float width = std::max(free.x, 1.0F);
    const float words = 2 * (look::small_font()->FontSize + 2 * ImGui::GetStyle().ItemSpacing.y);
    const float height = std::max(free.y - words, 2.0F);
    look::remark("time of a tick, by stage");
    constexpr float share_of_times = 0.64F;
    draw_graph(history, 2, {width, height * share_of_times}, &TickGraph::draw_times);
    look::remark("bytes in (blue) and out (green)");
    draw_graph(history, 8, {width, height * (1 - share_of_times)}, &TickGraph::draw_traffic);
}

/// Columns are at least so many pixels wide, and as much wider as whole ticks make them.
void TimeTab::draw_graph(const TickHistory& history,
                         float least_pixels,
                         ImVec2 size,
                         void (TickGraph::*draw_it)(ImVec2 size) const) const {
    const double ticks = std::chrono::duration<double>(range_).count() * history.tick_rate();
    const double per_pixel = ticks / static_cast<double>(size.x);
    const double per_column =
        std::max(std::ceil(static_cast<double>(least_pixels) * per_pixel), 1.0);
    const auto most = static_cast<std::size_t>(std::max(ticks / per_column, 1.0));
    const auto columns = history.columns(range_, most);
    (TickGraph{columns, most, history.tick_rate()}.*draw_it)(size);
}

} // namespace watch
