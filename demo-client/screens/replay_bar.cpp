#include "screens/replay_bar.hpp"

#include "program/replay_time.hpp"
#include "screens/parts.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

using engine_net::Duration;
using engine_net::Replay;
using engine_net::ReplayNote;
using program::at_share;
using program::share_of;
using program::time_text;

namespace {

constexpr float margin = 18; // pixels, as of the rest of what lies on the glass
constexpr float bar_height = 84;
constexpr float speed_width = 152;
constexpr float time_width = 150;
constexpr float thickness = 10; // of the bar

ImU32 shade(Colour colour) {
    return ImGui::GetColorU32(parts::imgui(colour));
}

void draw_track(const Replay& replay, ImVec2 corner, float width, float share) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float middle = corner.y + ImGui::GetFrameHeight() / 2;
    const float top = middle - thickness / 2;
    const float bottom = middle + thickness / 2;
    const float here = corner.x + width * share;
    const Colour light = player_colour(0);
    list.AddRectFilled({corner.x, top}, {corner.x + width, bottom}, shade(pale.faded(0.18F)), 4);
    list.AddRectFilled({corner.x, top}, {here, bottom}, shade(light.faded(0.55F)), 4);
    for (const ReplayNote& note : replay.notes()) {
        const float x = corner.x + width * share_of(replay, note.at);
        const bool is_said = note.kind == engine_net::ReplayNoteKind::chat;
        list.AddLine({x, bottom + 2}, {x, bottom + 7}, shade(is_said ? flame : pale.faded(0.6F)));
    }
    list.AddCircleFilled({here, middle}, thickness * 0.85F, shade(mixed(light, white, 0.5F)));
}

/// What happened nearest to where one points.
void draw_tip(const Replay& replay, float share) {
    const Duration at = at_share(replay, share);
    std::string tip = time_text(at);
    const Duration reach = at_share(replay, 0.006F);
    for (const ReplayNote& note : replay.notes()) {
        if (note.at < at - reach || note.at > at + reach) continue;
        tip.append("\n").append(line_of(note));
        if (tip.size() > 300) break;
    }
    ImGui::SetTooltip("%s", tip.c_str());
}

} // namespace

float ReplayBar::height() {
    return bar_height + margin;
}

void ReplayBar::draw(ReplayedMatch& match) {
    const ImVec2 picture = ImGui::GetIO().DisplaySize;
    const float width = picture.x - 2 * margin;
    ImGui::SetNextWindowPos({margin, picture.y - margin - bar_height});
    ImGui::SetNextWindowSize({width, bar_height});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {12, 8});
    ImGui::Begin("replay",
                 nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoNav |
                     ImGuiWindowFlags_NoFocusOnAppearing);
    const Replay& replay = match.replay();
    if (ImGui::Button(replay.is_playing() ? "Pause###play" : "Play###play", {76, 0}))
        match.toggle();
    ImGui::SameLine();
    const std::string time =
        time_text(replay.position()) + " / " + time_text(replay.summary().duration);
    ImGui::AlignTextToFramePadding();
    ImGui::TextUnformatted(time.c_str());
    ImGui::SameLine(76 + time_width + 24);
    draw_time(match, ImGui::GetContentRegionAvail().x - speed_width);
    ImGui::SameLine();
    draw_speed(match);
    if (!replay.problem().empty()) {
        parts::complaint("Damaged: " + replay.problem());
    } else {
        parts::remark("space plays  ·  left, right 5 s, with shift 30 s  ·  , . a tick  ·  "
                      "Home, End  ·  up, down speed  ·  Tab next player  ·  F whole field  ·  "
                      "H hides this  ·  Esc leaves");
    }
    ImGui::End();
    ImGui::PopStyleVar();
}

void ReplayBar::draw_time(ReplayedMatch& match, float width) {
    const Replay& replay = match.replay();
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    ImGui::InvisibleButton("time", {width, ImGui::GetFrameHeight()});
    const float pointed = std::clamp((ImGui::GetMousePos().x - corner.x) / width, 0.0F, 1.0F);
    // A mouse that is held still asks once.
    if (ImGui::IsItemActive() && dragged_to_ != pointed) {
        dragged_to_ = pointed;
        match.seek(at_share(replay, pointed));
    }
    if (!ImGui::IsItemActive()) dragged_to_.reset();
    if (ImGui::IsItemHovered() || ImGui::IsItemActive()) draw_tip(replay, pointed);
    draw_track(replay, corner, width, share_of(replay, replay.position()));
}

void ReplayBar::draw_speed(ReplayedMatch& match) {
    if (ImGui::Button("-", {32, 0})) match.change_speed(false);
    ImGui::SameLine(0, 6);
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%gx", match.replay().speed());
    if (ImGui::Button((std::string(text.data()) + "###speed").c_str(), {58, 0})) match.set_speed(1);
    ImGui::SameLine(0, 6);
    if (ImGui::Button("+", {32, 0})) match.change_speed(true);
}
