#include "lobby-watch/screens/timeline.hpp"

#include "lobby-watch/screens/figures.hpp"
#include "lobby-watch/screens/look.hpp"
#include "lobby-watch/screens/recorded_room_tab.hpp"
#include "program/replay_time.hpp"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string>

using namespace std::chrono_literals;

namespace watch {

using engine_net::Duration;
using engine_net::Replay;
using engine_net::ReplayNote;
using program::at_share;
using program::share_of;
using program::time_text;

namespace {

constexpr Duration step = 5s;
constexpr double least_speed = 0.25;
constexpr double most_speed = 8;

void toggle(Replay& replay) {
    replay.is_playing() ? replay.pause() : replay.play();
}

void change_speed(Replay& replay, double factor) {
    replay.set_speed(std::clamp(replay.speed() * factor, least_speed, most_speed));
}

void draw_track(const Replay& replay, ImVec2 corner, float width) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float middle = corner.y + ImGui::GetFrameHeight() / 2;
    const float half = look::pixels(4);
    const float here = corner.x + width * share_of(replay, replay.position());
    const float right = corner.x + width;
    list.AddRectFilled({corner.x, middle - half},
                       {right, middle + half},
                       ImGui::GetColorU32(ImGuiCol_FrameBgActive),
                       half);
    list.AddRectFilled(
        {corner.x, middle - half}, {here, middle + half}, ImGui::GetColorU32(look::accent), half);
    for (const ReplayNote& note : replay.notes()) {
        const float x = corner.x + width * share_of(replay, note.at);
        const bool is_said = note.kind == engine_net::ReplayNoteKind::chat;
        list.AddLine({x, middle + half + 1},
                     {x, middle + 2 * half},
                     ImGui::GetColorU32(is_said ? look::notable : look::quiet));
    }
    list.AddCircleFilled({here, middle}, look::pixels(7), ImGui::GetColorU32(look::text));
}

void draw_tip(const Replay& replay, float share) {
    const Duration at = at_share(replay, share);
    std::string tip = time_text(at);
    const Duration reach = at_share(replay, 0.005F);
    for (const ReplayNote& note : replay.notes()) {
        if (note.at < at - reach || note.at > at + reach) continue;
        tip.append("\n").append(line_of(note));
        constexpr std::size_t enough = 300;
        if (tip.size() > enough) break;
    }
    ImGui::SetTooltip("%s", tip.c_str());
}

} // namespace

bool Timeline::press(Shortcut shortcut, Replay& replay) {
    switch (shortcut) {
    case Shortcut::pause_graph: toggle(replay); return true;
    case Shortcut::back: replay.seek(replay.position() - step); return true;
    case Shortcut::on: replay.seek(replay.position() + step); return true;
    case Shortcut::tick_back:
        replay.pause();
        replay.step(-1);
        return true;
    case Shortcut::tick_on:
        replay.pause();
        replay.step(1);
        return true;
    case Shortcut::to_begin: replay.seek(0s); return true;
    case Shortcut::to_end: replay.seek(replay.summary().duration); return true;
    case Shortcut::faster: change_speed(replay, 2); return true;
    case Shortcut::slower: change_speed(replay, 0.5); return true;
    case Shortcut::help:
    case Shortcut::lobbies:
    case Shortcut::room:
    case Shortcut::time:
    case Shortcut::entities:
    case Shortcut::bytes:
    case Shortcut::next_server:
    case Shortcut::find:
    case Shortcut::save:
    case Shortcut::kick: break;
    }
    return false;
}

void Timeline::draw(Replay& replay) {
    const float speed_width = look::pixels(150);
    if (ImGui::Button(replay.is_playing() ? "Pause###play" : "Play###play", {look::pixels(70), 0}))
        toggle(replay);
    ImGui::SameLine();
    ImGui::AlignTextToFramePadding();
    ImGui::Text("%s / %s",
                time_text(replay.position()).c_str(),
                time_text(replay.summary().duration).c_str());
    ImGui::SameLine(look::pixels(250));
    draw_time(replay, ImGui::GetContentRegionAvail().x - speed_width);
    ImGui::SameLine();
    if (ImGui::Button("-##slower", {look::pixels(28), 0})) change_speed(replay, 0.5);
    ImGui::SameLine();
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "%gx###speed", replay.speed());
    if (ImGui::Button(text.data(), {look::pixels(56), 0})) replay.set_speed(1);
    ImGui::SameLine();
    if (ImGui::Button("+##faster", {look::pixels(28), 0})) change_speed(replay, 2);
}

void Timeline::draw_time(Replay& replay, float width) {
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    ImGui::InvisibleButton("timeline", {std::max(width, 1.0F), ImGui::GetFrameHeight()});
    const float pointed = std::clamp((ImGui::GetMousePos().x - corner.x) / width, 0.0F, 1.0F);
    const bool is_pressed = ImGui::IsItemActive() && ImGui::IsMouseDown(ImGuiMouseButton_Left);
    // A mouse that is held still asks once.
    if (is_pressed && dragged_to_ != pointed) replay.seek(at_share(replay, pointed));
    dragged_to_ = is_pressed ? pointed : -1;
    if (ImGui::IsItemHovered() || is_pressed) draw_tip(replay, pointed);
    draw_track(replay, corner, width);
}

} // namespace watch
