#include "screens/net_hud.hpp"

#include "screens/net_graph.hpp"

#include <imgui.h>

#include <array>
#include <chrono>
#include <cstddef>

using engine_net::ClientStats;
using Row = NetHistory::Row;

namespace {

constexpr ImGuiWindowFlags glass =
    ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoInputs |
    ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoFocusOnAppearing |
    ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_AlwaysAutoResize;

constexpr std::array graphs{
    NetGraph{"Round trip", "%.0f ms", Row::round_trip_ms, 20},
    NetGraph{"Jitter", "%.1f ms", Row::jitter_ms, 5},
    NetGraph{"Snapshot", "%.0f bytes", Row::snapshot_bytes, 100},
    NetGraph{"Snapshot age", "%.0f ticks", Row::snapshot_age, 10},
    NetGraph{"Datagrams in", "%.0f /s", Row::datagrams_in, 50},
    NetGraph{"Datagrams out", "%.0f /s", Row::datagrams_out, 50},
    NetGraph{"Bytes in", "%.0f /s", Row::bytes_in, 1000},
    NetGraph{"Bytes out", "%.0f /s", Row::bytes_out, 1000},
};

double ms(engine_net::Duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

double newest(const NetHistory& history, Row row) {
    return static_cast<double>(history.newest(row));
}

void draw_text(const ClientStats& stats, const NetHistory& history) {
    ImGui::Text("ping %.0f ms   jitter %.1f ms   in %.1f kB/s, %.0f datagrams   "
                "out %.1f kB/s, %.0f datagrams   behind %.0f ticks",
                ms(stats.round_trip),
                ms(stats.jitter),
                newest(history, Row::bytes_in) / 1000,
                newest(history, Row::datagrams_in),
                newest(history, Row::bytes_out) / 1000,
                newest(history, Row::datagrams_out),
                newest(history, Row::snapshot_age));
}

void draw_graphs(const NetHistory& history) {
    constexpr std::size_t columns = 4;
    const ImVec2 size{176, 62};
    for (std::size_t i = 0; i < graphs.size(); ++i) {
        if (i % columns != 0) ImGui::SameLine();
        ImGui::BeginGroup();
        graphs[i].draw(history, size);
        ImGui::EndGroup();
    }
}

void row_of(const char* name, double number, const char* format) {
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    ImGui::TextUnformatted(name);
    ImGui::TableNextColumn();
    ImGui::Text(format, number);
}

template <class State>
double count_of(const engine_net::Client& client, engine_net::Time now) {
    double count = 0;
    client.each<State>(now, [&count](engine_net::EntityId, const State&) {
        ++count;
    });
    return count;
}

void draw_entities(const engine_net::Client& client, engine_net::Time now) {
    if (!ImGui::BeginTable("entities", 2)) return;
    ImGui::TableSetupColumn("In sight", ImGuiTableColumnFlags_WidthFixed, 80);
    ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthFixed, 40);
    ImGui::TableHeadersRow();
    row_of("ships", count_of<arena::Ship>(client, now), "%.0f");
    row_of("shots", count_of<arena::Shot>(client, now), "%.0f");
    row_of("asteroids", count_of<arena::Asteroid>(client, now), "%.0f");
    row_of("scores", count_of<arena::Score>(client, now), "%.0f");
    ImGui::EndTable();
}

void draw_flow(const ClientStats& stats, const NetHistory& history) {
    if (!ImGui::BeginTable("flow", 2)) return;
    ImGui::TableSetupColumn("Since the start", ImGuiTableColumnFlags_WidthFixed, 145);
    ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthFixed, 75);
    ImGui::TableHeadersRow();
    const auto kb = [](std::uint64_t bytes) {
        return static_cast<double>(bytes) / 1000;
    };
    row_of("snapshots", kb(stats.snapshot_bytes), "%.1f kB");
    row_of("all that came in", kb(stats.link.bytes_in), "%.1f kB");
    row_of("all that went out", kb(stats.link.bytes_out), "%.1f kB");
    row_of("bytes of a snapshot", newest(history, Row::snapshot_bytes), "%.0f");
    ImGui::EndTable();
}

void draw_faults(const ClientStats& stats) {
    if (!ImGui::BeginTable("faults", 2)) return;
    ImGui::TableSetupColumn("Counted", ImGuiTableColumnFlags_WidthFixed, 180);
    ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthFixed, 40);
    ImGui::TableHeadersRow();
    const auto count = [](const char* name, std::uint64_t number) {
        row_of(name, static_cast<double>(number), "%.0f");
    };
    count("snapshots that came late", stats.stale_snapshots);
    count("snapshots refused", stats.snapshots_refused);
    count("states checked", stats.state_checks);
    count("states that differed", stats.state_mismatches);
    count("inputs sent", stats.inputs_sent);
    count("resumes", stats.resumes);
    ImGui::EndTable();
}

void draw_breakdown(const Game& game, const NetHistory& history, engine_net::Time now) {
    const ClientStats stats = game.client().stats();
    const auto group = [](const auto& draw) {
        ImGui::BeginGroup();
        draw();
        ImGui::EndGroup();
    };
    group([&] {
        draw_flow(stats, history);
    });
    ImGui::SameLine();
    group([&] {
        draw_entities(game.client(), now);
    });
    ImGui::SameLine();
    group([&] {
        draw_faults(stats);
    });
}

} // namespace

void NetHud::cycle() {
    mode_ = mode_ == NetHudMode::breakdown ? NetHudMode::off
                                           : static_cast<NetHudMode>(static_cast<int>(mode_) + 1);
}

void NetHud::draw(const Game& game, const NetHistory& history, engine_net::Time now) const {
    if (mode_ == NetHudMode::off) return;
    const ImVec2 picture = ImGui::GetIO().DisplaySize;
    constexpr float margin = 18;
    constexpr float map_width = 190; // that stands at its right
    ImGui::SetNextWindowPos(
        {picture.x - margin - map_width, picture.y - margin}, ImGuiCond_Always, {1, 1});
    ImGui::SetNextWindowBgAlpha(0.72F);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {12, 10});
    ImGui::Begin("network", nullptr, glass);
    switch (mode_) {
    case NetHudMode::off: break;
    case NetHudMode::text: draw_text(game.client().stats(), history); break;
    case NetHudMode::graphs: draw_graphs(history); break;
    case NetHudMode::breakdown: draw_breakdown(game, history, now); break;
    }
    ImGui::End();
    ImGui::PopStyleVar();
}
