#include "screens/net_hud.hpp"

#include "screens/net_graph.hpp"

#include <imgui.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

using engine_net::ClientStats;
using Line = NetGraph::Line;
using Row = NetHistory::Row;

namespace {

constexpr ImGuiWindowFlags glass =
    ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoInputs |
    ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoFocusOnAppearing |
    ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_AlwaysAutoResize;

/// Row by row: the way there and back, how it feels, what flows, and the server.
constexpr std::array graphs{
    NetGraph{"Round trip", "%.0f", " ms", Row::round_trip_ms, 20},
    NetGraph{"Jitter", "%.1f", " ms", Row::jitter_ms, 5},
    NetGraph{"Loss in", "%.1f", " %", Row::loss_in, 2, Line{"out", Row::loss_out}},
    NetGraph{"Snapshot age", "%.0f", " ticks", Row::snapshot_age, 10},
    NetGraph{"Snapshot", "%.0f", " bytes", Row::snapshot_bytes, 100},
    NetGraph{
        "Latency", "%.0f", " ms", Row::latency_ms, 20, Line{"shown", Row::interpolation_delay_ms}},
    NetGraph{"Lead", "%.0f", " ms", Row::input_lead_ms, 20, Line{"margin", Row::input_margin_ms}},
    NetGraph{"Prediction error", "%.2f", "", Row::prediction_error, 1},
    NetGraph{"Rollbacks", "%.0f", " /s", Row::corrections, 5},
    NetGraph{"Starved frames", "%.0f", " /s", Row::starved_frames, 5},
    NetGraph{
        "In", "%.1f", " kB/s", Row::bytes_in, 1000, Line{"state", Row::snapshot_bytes_in}, 1000},
    NetGraph{"Out", "%.1f", " kB/s", Row::bytes_out, 1000, std::nullopt, 1000},
    NetGraph{"Datagrams in", "%.0f", " /s", Row::datagrams_in, 50, Line{"out", Row::datagrams_out}},
    NetGraph{"Server tick",
             "%.1f",
             " ms",
             Row::server_simulation_ms,
             1,
             Line{"p99", Row::server_simulation_p99_ms}},
    NetGraph{"Server net",
             "%.1f",
             " ms",
             Row::server_network_ms,
             1,
             Line{"p99", Row::server_network_p99_ms}},
};

double ms(engine_net::Duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

double newest(const NetHistory& history, Row row) {
    return static_cast<double>(history.newest(row));
}

double count(std::uint64_t number) {
    return static_cast<double>(number);
}

double share(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0 : count(part) / count(whole);
}

/// The words at the left of a line.
void begin_line(const char* what) {
    constexpr float values_at = 96;
    ImGui::TextDisabled("%s", what);
    ImGui::SameLine(values_at);
}

void draw_link_text(const ClientStats& stats, const NetHistory& history) {
    begin_line("link");
    ImGui::Text("ping %.0f ms   jitter %.1f ms   loss in %.1f %%, out %.1f %%   "
                "in %.1f kB/s, %.0f datagrams   out %.1f kB/s, %.0f datagrams",
                ms(stats.round_trip),
                ms(stats.jitter),
                stats.loss_in * 100,
                stats.loss_out * 100,
                newest(history, Row::bytes_in) / 1000,
                newest(history, Row::datagrams_in),
                newest(history, Row::bytes_out) / 1000,
                newest(history, Row::datagrams_out));
}

void draw_shown_text(const ClientStats& stats, const NetHistory& history) {
    begin_line("shown");
    ImGui::Text("age %.0f ms, aim %.0f ms   newest behind by %.0f ticks   "
                "starved frames %.0f (%.2f %%), %.1f s   jumps %.0f",
                ms(stats.interpolation_delay),
                ms(stats.interpolation_delay_target),
                newest(history, Row::snapshot_age),
                count(stats.starved_frames),
                share(stats.starved_frames, stats.shown_frames) * 100,
                ms(stats.extrapolated_time) / 1000,
                count(stats.playout_jumps));
}

void draw_input_text(const ClientStats& stats) {
    begin_line("inputs");
    ImGui::Text("lead %.0f ms   margin %.1f ms   sent %.0f   jumps %.0f",
                ms(stats.input_lead),
                ms(stats.input_margin),
                count(stats.inputs_sent),
                count(stats.input_jumps));
}

void draw_prediction_text(const engine_net::PredictionStats& stats, const NetHistory& history) {
    begin_line("prediction");
    ImGui::Text("ahead by %d ticks   checks %.0f   rollbacks %.0f, %.0f in the last second   "
                "error %.2f, mean %.2f, most %.2f",
                stats.ticks_ahead,
                count(stats.checked),
                count(stats.corrections),
                newest(history, Row::corrections),
                stats.newest_error,
                stats.corrections == 0 ? 0 : stats.sum_of_errors / count(stats.corrections),
                stats.largest_error);
}

void draw_server_text(const std::optional<ServerTiming::Times>& server) {
    begin_line("server");
    if (!server) return ImGui::TextDisabled("says nothing of its ticks");
    ImGui::Text("a tick takes %.2f ms, 99 %% below %.2f ms   its network %.2f ms, 99 %% below "
                "%.2f ms",
                static_cast<double>(server->simulation_p50_ms),
                static_cast<double>(server->simulation_p99_ms),
                static_cast<double>(server->network_p50_ms),
                static_cast<double>(server->network_p99_ms));
}

void draw_text(const Game& game, const NetHistory& history) {
    const ClientStats stats = game.client().stats();
    draw_link_text(stats, history);
    draw_shown_text(stats, history);
    draw_input_text(stats);
    draw_prediction_text(stats.prediction, history);
    draw_server_text(game.server_timing().newest());
}

void draw_graphs(const NetHistory& history) {
    constexpr std::size_t columns = 5;
    const ImVec2 size{162, 56};
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
    double number = 0;
    client.each<State>(now, [&number](engine_net::EntityId, const State&) {
        ++number;
    });
    return number;
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

/// What each field costs a second; what costs next to nothing is left out.
void draw_traffic(const TrafficRates::Group& group) {
    if (!ImGui::BeginTable(group.all.name.c_str(), 2)) return;
    ImGui::TableSetupColumn(group.all.name.c_str(), ImGuiTableColumnFlags_WidthFixed, 105);
    ImGui::TableSetupColumn("B/s", ImGuiTableColumnFlags_WidthFixed, 45);
    ImGui::TableHeadersRow();
    for (const TrafficRates::Rate& part : group.parts) {
        constexpr double least = 0.5;
        if (part.bytes_per_s >= least) row_of(part.name.c_str(), part.bytes_per_s, "%.0f");
    }
    row_of("all", group.all.bytes_per_s, "%.0f");
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
    const auto count_row = [](const char* name, std::uint64_t number) {
        row_of(name, count(number), "%.0f");
    };
    count_row("snapshots that came late", stats.stale_snapshots);
    count_row("snapshots refused", stats.snapshots_refused);
    count_row("states checked", stats.state_checks);
    count_row("states that differed", stats.state_mismatches);
    count_row("inputs sent", stats.inputs_sent);
    count_row("resumes", stats.resumes);
    ImGui::EndTable();
}

void draw_breakdown(const Game& game, const NetHistory& history, engine_net::Time now) {
    const ClientStats stats = game.client().stats();
    const auto group = [](const auto& draw) {
        ImGui::BeginGroup();
        draw();
        ImGui::EndGroup();
    };
    for (const TrafficRates::Group& type : game.traffic().groups()) {
        group([&] {
            draw_traffic(type);
        });
        ImGui::SameLine();
    }
    ImGui::NewLine();
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

void NetHud::draw(const Game& game, const NetHistory& history, engine_net::Time now) {
    height_ = 0;
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
    case NetHudMode::text: draw_text(game, history); break;
    case NetHudMode::graphs: draw_graphs(history); break;
    case NetHudMode::breakdown: draw_breakdown(game, history, now); break;
    }
    height_ = ImGui::GetWindowHeight() + margin / 2;
    ImGui::End();
    ImGui::PopStyleVar();
}
