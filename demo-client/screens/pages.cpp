#include "screens/pages.hpp"

#include "screens/parts.hpp"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace pages {

namespace {

const ImVec2 wide{-1, 40};

void centre(const std::string& text) {
    const float width = ImGui::CalcTextSize(text.c_str()).x;
    ImGui::SetCursorPosX(std::max(0.0F, (ImGui::GetWindowWidth() - width) / 2));
    ImGui::TextUnformatted(text.c_str());
}

/// A bow that goes round, with its tail in the dark.
void draw_spinner(ImVec2 middle, float radius, float time_s) {
    constexpr int pieces = 40;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const auto at = [&](int piece) {
        const float turn = time_s * 4 + static_cast<float>(piece) * 0.11F;
        return ImVec2{middle.x + std::cos(turn) * radius, middle.y + std::sin(turn) * radius};
    };
    for (int i = 0; i < pieces; ++i) {
        const Colour colour =
            player_colour(0).faded(static_cast<float>(i) / static_cast<float>(pieces));
        list.AddLine(at(i), at(i + 1), ImGui::GetColorU32(parts::imgui(colour)), 4);
    }
}

} // namespace

Choice draw_waiting(Game& game) {
    parts::begin_panel("waiting", {0.5F, 0.5F}, {460, 0});
    ImGui::Spacing();
    centre(game.notice());
    ImGui::Spacing();
    Choice choice = Choice::none;
    if (ImGui::Button("Cancel", wide)) {
        if (game.is_queued()) {
            game.stop_waiting();
        } else {
            choice = Choice::to_menu;
        }
    }
    ImGui::End();
    return choice;
}

void draw_reconnecting(const Game& game, float time_s) {
    const ImVec2 picture = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize(picture);
    ImGui::PushStyleColor(ImGuiCol_WindowBg, {0.01F, 0.02F, 0.06F, 0.58F});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
    ImGui::Begin("reconnecting",
                 nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoInputs | ImGuiWindowFlags_NoNav |
                     ImGuiWindowFlags_NoFocusOnAppearing);
    draw_spinner({picture.x / 2, picture.y * 0.42F}, 34, time_s);
    ImGui::SetCursorPosY(picture.y * 0.42F + 64);
    ImGui::SetWindowFontScale(1.5F);
    centre("Connection lost, reconnecting");
    ImGui::SetWindowFontScale(1);
    ImGui::PushStyleColor(ImGuiCol_Text, ImGui::GetStyleColorVec4(ImGuiCol_TextDisabled));
    centre("Your seat on " + game.address() + " is held for you.");
    ImGui::PopStyleColor();
    ImGui::End();
    ImGui::PopStyleVar(2);
    ImGui::PopStyleColor();
}

Choice draw_closed(const Game& game) {
    parts::begin_panel("closed", {0.5F, 0.5F}, {520, 0});
    parts::heading("The session is over");
    ImGui::TextWrapped("%s", game.failure().value_or(game.notice()).c_str());
    ImGui::Spacing();
    Choice choice = Choice::none;
    if (parts::main_button("Back to menu", wide)) choice = Choice::to_menu;
    if (ImGui::Button("Quit", wide)) choice = Choice::quit;
    ImGui::End();
    return choice;
}

Choice draw_pause(const Game& game) {
    parts::begin_panel("pause", {0.5F, 0.5F}, {340, 0});
    parts::heading("Pause");
    parts::remark("The game goes on without you.");
    ImGui::Spacing();
    Choice choice = Choice::none;
    if (parts::main_button("Resume", wide)) choice = Choice::resume;
    const bool is_in_room = game.client().room().is_set();
    if (is_in_room && ImGui::Button("Leave room", wide)) choice = Choice::leave_room;
    if (ImGui::Button("Main menu", wide)) choice = Choice::to_menu;
    if (ImGui::Button("Quit", wide)) choice = Choice::quit;
    ImGui::Spacing();
    parts::remark("Arrows or WASD steer, space fires, 1 to 4 call out, Enter chats, "
                  "F3 shows the network, F4 makes it worse.");
    ImGui::End();
    return choice;
}

} // namespace pages
