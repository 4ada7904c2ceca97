#include "screens/pages.hpp"

#include "lettering.hpp"
#include "screens/parts.hpp"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <string>

using arena::Vector;

namespace pages {

namespace {

const ImVec2 wide{-1, 40};

void centre(const std::string& text) {
    const float width = ImGui::CalcTextSize(text.c_str()).x;
    ImGui::SetCursorPosX(std::max(0.0F, (ImGui::GetWindowWidth() - width) / 2));
    ImGui::TextUnformatted(text.c_str());
}

/// A bow that goes round, with its tail in the dark.
void draw_spinner(Canvas& canvas, Vector middle, float radius, float time_s) {
    constexpr int pieces = 36;
    const auto at = [&](int piece) {
        const float turn = time_s * 4 + static_cast<float>(piece) * 0.11F;
        return middle + Vector{std::cos(turn), std::sin(turn)} * radius;
    };
    for (int i = 0; i < pieces; ++i) {
        const float light = static_cast<float>(i) / static_cast<float>(pieces);
        canvas.neon(at(i), at(i + 1), 3, player_colour(0).faded(light));
    }
}

/// Over another window, which has nothing behind it to look at.
void draw_lost_panel() {
    const ImVec2 picture = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowPos({picture.x / 2, 30}, ImGuiCond_Always, {0.5F, 0});
    ImGui::Begin("lost",
                 nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoFocusOnAppearing);
    ImGui::TextUnformatted("Connection lost, reconnecting. Your seat is held for you.");
    ImGui::End();
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

void draw_reconnecting(Canvas& canvas, const Game& game, float time_s) {
    if (game.stage() != Stage::match) return draw_lost_panel();
    const ImVec2 picture = ImGui::GetIO().DisplaySize;
    const Vector middle{picture.x / 2, picture.y * 0.22F};
    canvas.set_blend(Canvas::Blend::cover);
    canvas.rectangle({0, 0}, {picture.x, picture.y}, night.faded(0.62F));
    canvas.set_blend(Canvas::Blend::light);
    draw_spinner(canvas, middle, 30, time_s);
    const Lettering large{
        .height = 24, .colour = mixed(player_colour(0), white, 0.5F), .glows = true};
    large.draw_centred(canvas, middle + Vector{0, 56}, "connection lost, reconnecting");
    const Lettering small{.height = 11, .colour = pale};
    small.draw_centred(
        canvas, middle + Vector{0, 98}, "your seat on " + game.address() + " is held for you");
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
    const bool is_in_match = game.stage() == Stage::match;
    parts::heading(is_in_match ? "Pause" : "Menu");
    if (is_in_match) parts::remark("The game goes on without you.");
    ImGui::Spacing();
    Choice choice = Choice::none;
    if (parts::main_button("Resume", wide)) choice = Choice::resume;
    const bool is_in_room = game.client().room().is_set();
    if (is_in_room && ImGui::Button("Leave room", wide)) choice = Choice::leave_room;
    if (ImGui::Button("Main menu", wide)) choice = Choice::to_menu;
    if (ImGui::Button("Quit", wide)) choice = Choice::quit;
    ImGui::Spacing();
    parts::remark("Arrows or WASD steer, space fires, 1 to 4 call out, Enter chats, "
                  "F3 shows the network, F4 makes it worse, F5 shows ghosts.");
    ImGui::End();
    return choice;
}

} // namespace pages
