#include "lobby-watch/screens/watch_screens.hpp"

#include "lobby-watch/model/saved_bytes.hpp"
#include "lobby-watch/screens/figures.hpp"
#include "lobby-watch/screens/look.hpp"
#include "lobby-watch/screens/welcome_screen.hpp"

#include <imgui.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <utility>

using namespace std::chrono_literals;

namespace watch {

using engine_net::ServerStats;
using engine_net::Time;

namespace {

constexpr engine_net::Duration totals_range = 2s;

constexpr ImGuiWindowFlags whole_picture = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                                           ImGuiWindowFlags_NoSavedSettings |
                                           ImGuiWindowFlags_NoBringToFrontOnFocus;

/// A number with what it is above it, in a column of its own.
void draw_total(const char* what, const std::string& value, const ImVec4& colour = look::text) {
    ImGui::TableNextColumn();
    look::remark(what);
    ImGui::PushFont(look::large_font());
    ImGui::TextColored(colour, "%s", value.c_str());
    ImGui::PopFont();
}

void draw_totals_of(const engine_net::Replay& replay) {
    constexpr double mb = 1e6;
    const engine_net::ReplaySummary& summary = replay.summary();
    std::array<char, 32> size{};
    std::snprintf(size.data(), size.size(), "%.2f", static_cast<double>(summary.bytes) / mb);
    draw_total("tick", std::to_string(replay.shown_time().tick.value));
    draw_total("people", std::to_string(replay.members().size()));
    draw_total("lasts", figures::age(summary.duration).text());
    draw_total("file, MB", size.data());
}

const char* state_words(WatchedServer& server) {
    if (server.replay()) return "a recording";
    if (!server.is_watched()) return server.was_watched() ? "lost, tries again" : "connects";
    if (server.source().stats().is_draining) return "drains: nobody gets in";
    return server.why_not().empty() ? "watched, may act" : "watched, may only look";
}

} // namespace

WatchScreens::WatchScreens(Servers servers, std::string key_file)
    : servers_(std::move(servers)), key_file_(std::move(key_file)) {}

void WatchScreens::press(Shortcut shortcut) {
    if (server().dialogue().is_open() || server().link_dialogue().is_open() || save_.is_open())
        return;
    engine_net::Replay* const replay = server().replay();
    if (replay && !ImGui::GetIO().WantTextInput && Timeline::press(shortcut, *replay)) return;
    switch (shortcut) {
    case Shortcut::help: has_help_ = !has_help_; return;
    case Shortcut::lobbies: return show(Tab::lobbies);
    case Shortcut::room: return show(Tab::room);
    case Shortcut::time: return show(Tab::time);
    case Shortcut::entities: return show(Tab::entities);
    case Shortcut::bytes: return show(Tab::bytes);
    case Shortcut::pause_graph: return server().hold(!server().history().is_paused());
    case Shortcut::next_server: chosen_ = (chosen_ + 1) % servers_.size(); return;
    case Shortcut::find: show(Tab::lobbies); return lobbies_.find();
    case Shortcut::save: return open_save();
    case Shortcut::back:
    case Shortcut::on:
    case Shortcut::tick_back:
    case Shortcut::tick_on:
    case Shortcut::to_begin:
    case Shortcut::to_end:
    case Shortcut::faster:
    case Shortcut::slower: return;
    case Shortcut::kick:
        if (tab_ == Tab::room) room_.kick(server());
        return;
    }
}

void WatchScreens::update(Time now) {
    for (const auto& one : servers_) {
        one->inspect(tab_ == Tab::entities && one == servers_[chosen_]);
        one->watch_bytes(tab_ == Tab::bytes && one == servers_[chosen_]);
        one->update(now);
    }
}

void WatchScreens::open_save() {
    switch (tab_) {
    case Tab::lobbies: return save_.open(server().rooms().saved(), "rooms.csv");
    case Tab::room:
        return save_.open(server().members().saved(),
                          "room-" + std::to_string(server().room().value) + ".csv");
    case Tab::time: return save_.open(server().history().saved(time_.range()), "ticks.csv");
    case Tab::entities:
        return save_.open(server().entities().saved(),
                          "entities-" + std::to_string(server().room().value) + ".csv");
    case Tab::bytes:
        return save_.open(saved_bytes(server().bytes(), server().messages()), "bytes.csv");
    }
}

void WatchScreens::draw_server_choice() {
    ImGui::TableNextColumn();
    const ImVec4 colour = server().is_watched() ? look::good : look::notable;
    ImGui::PushFont(look::small_font());
    ImGui::TextColored(colour, "\u25CF %s", state_words(server()));
    ImGui::PopFont();
    ImGui::SetNextItemWidth(look::pixels(220));
    if (!ImGui::BeginCombo("##server", server().address().c_str())) return;
    for (std::size_t i = 0; i < servers_.size(); ++i) {
        const std::string label = servers_[i]->address() + "  " + state_words(*servers_[i]);
        if (ImGui::Selectable(label.c_str(), i == chosen_)) chosen_ = i;
    }
    ImGui::EndCombo();
}

void WatchScreens::draw_totals() {
    constexpr int columns = 9;
    if (!ImGui::BeginTable("totals", columns, ImGuiTableFlags_NoSavedSettings)) return;
    ImGui::TableSetupColumn("server", ImGuiTableColumnFlags_WidthFixed, look::pixels(230));
    draw_server_choice();
    if (const auto* const replay = server().replay()) {
        draw_totals_of(*replay);
    } else if (server().was_watched()) {
        const ServerStats& stats = server().source().stats();
        const TickHistory& history = server().history();
        const TickSummary recent = history.summary(totals_range);
        const std::uint32_t tick_rate = history.tick_rate();
        draw_total("rooms", std::to_string(stats.rooms));
        draw_total("players", std::to_string(stats.players));
        draw_total("viewers", std::to_string(stats.spectators + stats.bridge.viewers));
        draw_total("peers", std::to_string(stats.peers));
        draw_total("kB/s in", figures::kb(recent.bytes_in_per_s).text());
        draw_total("kB/s out", figures::kb(recent.bytes_out_per_s).text());
        draw_total("tick p99, ms",
                   figures::ms(recent.total.p99_us).text(),
                   look::colour_of(trouble_of_tick(recent.total.p99_us, tick_rate)));
        draw_total("late ticks",
                   std::to_string(stats.late_ticks),
                   recent.late > 0 ? look::bad : look::text);
    }
    ImGui::EndTable();
}

/// Across the picture, so that nobody forgets it.
void WatchScreens::draw_worsened_links() {
    const std::string words = server().worsened_links();
    if (words.empty()) return;
    ImGui::PushStyleColor(ImGuiCol_ChildBg, {0.45F, 0.24F, 0.05F, 1});
    ImGui::BeginChild("worsened", {0, ImGui::GetFrameHeightWithSpacing()}, false);
    ImGui::AlignTextToFramePadding();
    ImGui::TextColored(look::notable, "  %s", words.c_str());
    ImGui::SameLine(0, look::pixels(16));
    if (look::button("End it", server().why_not().c_str())) server().take_back_links();
    ImGui::EndChild();
    ImGui::PopStyleColor();
}

bool WatchScreens::begin_tab(Tab tab, const char* name) {
    const bool is_wanted = wanted_tab_ == tab;
    const ImGuiTabItemFlags flags =
        is_wanted ? ImGuiTabItemFlags_SetSelected : ImGuiTabItemFlags_None;
    const bool is_shown = ImGui::BeginTabItem(name, nullptr, flags);
    if (is_shown) tab_ = tab;
    if (is_shown && is_wanted) wanted_tab_.reset();
    return is_shown;
}

void WatchScreens::draw_recording_tabs(engine_net::Replay& replay) {
    if (!ImGui::BeginTabBar("recording")) return;
    if (begin_tab(Tab::room, "Room (F3)###room")) {
        recorded_room_.draw(replay);
        ImGui::EndTabItem();
    }
    if (begin_tab(Tab::entities, "Entities (F7)###entities")) {
        entities_.draw(server());
        ImGui::EndTabItem();
    }
    ImGui::EndTabBar();
}

void WatchScreens::draw_tabs() {
    engine_net::Replay* const replay = server().replay();
    const float foot = ImGui::GetFrameHeightWithSpacing() * (replay ? 2.0F : 1.0F);
    ImGui::PushStyleColor(ImGuiCol_ChildBg, {0, 0, 0, 0});
    ImGui::BeginChild("body", {0, -foot});
    ImGui::PopStyleColor();
    if (replay) {
        draw_recording_tabs(*replay);
    } else if (!server().was_watched()) {
        draw_welcome(server(), key_file_);
    } else if (ImGui::BeginTabBar("tabs")) {
        if (begin_tab(Tab::lobbies, "Lobbies (F2)###lobbies")) {
            if (lobbies_.draw(server()).is_set()) show(Tab::room);
            ImGui::EndTabItem();
        }
        if (begin_tab(Tab::room, "Room (F3)###room")) {
            room_.draw(server());
            ImGui::EndTabItem();
        }
        if (begin_tab(Tab::time, "Time (F4)###time")) {
            time_.draw(server());
            ImGui::EndTabItem();
        }
        if (begin_tab(Tab::entities, "Entities (F7)###entities")) {
            entities_.draw(server());
            ImGui::EndTabItem();
        }
        if (begin_tab(Tab::bytes, "Bytes (F8)###bytes")) {
            bytes_.draw(server());
            ImGui::EndTabItem();
        }
        ImGui::EndTabBar();
    }
    ImGui::EndChild();
    if (replay) timeline_.draw(*replay);
}

void WatchScreens::draw_foot() {
    ImGui::AlignTextToFramePadding();
    if (const auto* const notice = server().notice()) {
        ImGui::TextColored(notice->is_problem ? look::bad : look::good, "%s", notice->text.c_str());
        return;
    }
    const std::string problem = server().source().problem();
    if (server().was_watched() && !server().is_watched()) {
        ImGui::TextColored(look::notable, "%s", problem.c_str());
        return;
    }
    if (server().replay()) {
        ImGui::TextDisabled(
            "F1 keys    F5 play    Ctrl+left, right 5 s    Ctrl+Shift+left, right a "
            "tick    Ctrl+up, down speed    Ctrl+S save");
        return;
    }
    ImGui::TextDisabled("F1 keys    Ctrl+F filter    Ctrl+S save    F5 hold    F6 next server");
}

void WatchScreens::draw() {
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
    ImGui::Begin("lobby-watch", nullptr, whole_picture);
    draw_totals();
    draw_worsened_links();
    draw_tabs();
    draw_foot();
    ImGui::End();
    draw_action_dialogue(server());
    draw_link_dialogue(server());
    save_.draw(server());
    draw_help(has_help_);
}

} // namespace watch
