#include "screens/ready_room.hpp"

#include "gui.hpp"
#include "model/ready_words.hpp"
#include "screens/parts.hpp"

#include <imgui.h>

#include <algorithm>
#include <chrono>
#include <string>

using engine_net::RoomMember;
using engine_net::RoomPhase;
using engine_net::RoomVerb;
using engine_net::Tick;

namespace {

constexpr Colour fine{0.45F, 1, 0.65F, 1};

} // namespace

void ReadyRoom::draw(Game& game, Tick now) {
    const ImVec2 picture = ImGui::GetIO().DisplaySize;
    parts::begin_panel("ready", {0.5F, 0.5F}, {picture.x - 200, picture.y - 120});
    parts::heading(heading_for(game.client().phase(), game.client().match_start() - now).c_str());
    draw_invite(game);

    constexpr float chat_width = 380;
    const float main_width = ImGui::GetContentRegionAvail().x - chat_width - 14;
    parts::begin_part("people", {main_width, 0});
    const float foot = (game.refusal() ? 2.0F : 1.0F) * (44 + ImGui::GetStyle().ItemSpacing.y);
    draw_people(game, -foot);
    if (game.refusal()) parts::complaint(game.refusal()->text);
    draw_buttons(game);
    ImGui::EndChild();
    ImGui::SameLine(0, 14);
    parts::begin_part("chat", {chat_width, 0});
    chat_.draw(game, ImGui::GetContentRegionAvail().y);
    ImGui::EndChild();
    ImGui::End();
}

void ReadyRoom::draw_invite(const Game& game) {
    if (game.invite().empty()) return;
    const std::string text = "Invite code  " + game.invite();
    parts::align_right(ImGui::CalcTextSize(text.c_str()).x + 110);
    ImGui::AlignTextToFramePadding();
    ImGui::TextUnformatted(text.c_str());
    ImGui::SameLine();
    if (ImGui::Button("Copy", {90, 0})) ImGui::SetClipboardText(game.invite().c_str());
}

void ReadyRoom::draw_people(Game& game, float height) {
    constexpr ImGuiTableFlags flags = ImGuiTableFlags_RowBg | ImGuiTableFlags_BordersOuter |
                                      ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_ScrollY;
    const bool has_points = game.client().phase() == RoomPhase::ended;
    ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, {10, 9});
    const bool is_shown = ImGui::BeginTable("members", has_points ? 5 : 4, flags, {0, height});
    ImGui::PopStyleVar();
    if (!is_shown) return;
    ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthFixed, 22);
    ImGui::TableSetupColumn("Player");
    ImGui::TableSetupColumn("Ping", ImGuiTableColumnFlags_WidthFixed, 70);
    ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthFixed, 100);
    if (has_points) ImGui::TableSetupColumn("Points", ImGuiTableColumnFlags_WidthFixed, 70);
    ImGui::TableHeadersRow();
    for (const auto& [id, member] : game.client().members()) {
        draw_member(game, member);
        if (has_points) draw_points(game.roster(), id.value);
    }
    ImGui::EndTable();
}

void ReadyRoom::draw_member(Game& game, const RoomMember& member) {
    const bool is_self = member.id == game.client().presence();
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    parts::dot(colour_of(member.colour).faded(member.is_connected ? 1 : 0.3F));
    ImGui::TableNextColumn();
    ImGui::PushID(static_cast<int>(member.id.value));
    const std::string name = name_with_marks(member, game.client().host(), is_self);
    ImGui::Selectable(name.c_str(), false, ImGuiSelectableFlags_SpanAllColumns);
    if (game.is_host() && !is_self) {
        if (ImGui::IsItemHovered()) ImGui::SetTooltip("What the host may do");
        if (ImGui::IsItemActivated() || ImGui::IsItemClicked(ImGuiMouseButton_Right)) {
            ImGui::OpenPopup("verbs");
        }
        if (ImGui::BeginPopup("verbs")) {
            draw_verbs(game, member);
            ImGui::EndPopup();
        }
    }
    ImGui::PopID();
    ImGui::TableNextColumn();
    const auto ms = member.ping.count();
    ms > 0 ? ImGui::Text("%d ms", static_cast<int>(ms)) : ImGui::TextDisabled("-");
    ImGui::TableNextColumn();
    const bool is_ready = member.is_ready && !member.is_spectator;
    ImGui::TextColored(parts::imgui(is_ready ? fine : pale.faded(0.6F)), "%s", state_of(member));
}

/// Of the match that is over.
void ReadyRoom::draw_points(const Roster& roster, std::uint32_t player) {
    ImGui::TableNextColumn();
    const auto line = std::ranges::find(roster.lines(), player, &Roster::Line::player);
    if (line != roster.lines().end()) ImGui::Text("%d", line->points);
}

/// What a host may do with another one.
void ReadyRoom::draw_verbs(Game& game, const RoomMember& member) {
    if (ImGui::MenuItem("Make host")) game.command(RoomVerb::make_host, member.id);
    if (ImGui::MenuItem(member.is_muted ? "Let speak" : "Mute"))
        game.command(member.is_muted ? RoomVerb::unmute : RoomVerb::mute, member.id);
    ImGui::Separator();
    if (ImGui::MenuItem("Kick")) game.command(RoomVerb::kick, member.id);
    if (ImGui::MenuItem("Ban")) game.command(RoomVerb::ban, member.id);
}

/// What a host may do with the room.
void ReadyRoom::draw_host_menu(Game& game) {
    if (!ImGui::BeginPopup("host")) return;
    if (ImGui::MenuItem("Start now")) game.command(RoomVerb::start);
    ImGui::Separator();
    if (ImGui::MenuItem("Let nobody else in")) game.command(RoomVerb::lock);
    if (ImGui::MenuItem("Let others in again")) game.command(RoomVerb::unlock);
    ImGui::EndPopup();
}

void ReadyRoom::draw_buttons(Game& game) {
    constexpr float height = 44;
    const RoomMember* self = game.self();
    const bool plays = self && !self->is_spectator;
    const bool is_ready = plays && self->is_ready;
    if (!plays) {
        parts::remark("You watch. The match begins when its players are ready.");
        ImGui::SameLine();
    } else if (is_ready) {
        if (ImGui::Button("Not ready", {200, height})) game.set_ready(false);
    } else if (parts::main_button("Ready", {200, height})) {
        game.set_ready(true);
    }
    if (game.is_host()) {
        ImGui::SameLine();
        if (ImGui::Button("Host ...", {130, height})) ImGui::OpenPopup("host");
        draw_host_menu(game);
    }
    parts::align_right(110);
    if (ImGui::Button("Leave", {110, height})) game.leave_room();
}
