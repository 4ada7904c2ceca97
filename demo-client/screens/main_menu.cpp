#include "screens/main_menu.hpp"

#include "screens/parts.hpp"

#include <imgui.h>
#include <imgui_stdlib.h>

MainMenu::Choice MainMenu::draw() {
    const ImVec2 size{430, 0};
    const ImVec2 wide{-1, 44};
    parts::begin_panel("menu", {0.5F, 0.57F}, size);
    draw_form();
    ImGui::Dummy({0, 4});

    Choice choice = Choice::none;
    if (parts::main_button("Play", wide)) choice = Choice::play;
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("The fullest arena with a free seat");
    if (ImGui::Button("Lobby", wide)) choice = Choice::lobby;
    if (ImGui::Button("Quit", wide)) choice = Choice::quit;
    if (!complaint_.empty()) parts::complaint(complaint_);
    ImGui::End();
    if (choice != Choice::none) complaint_.clear();
    return choice;
}

void MainMenu::draw_form() {
    constexpr float field_at = 110;
    const auto label = [](const char* text) {
        ImGui::AlignTextToFramePadding();
        ImGui::TextUnformatted(text);
        ImGui::SameLine(field_at);
        ImGui::SetNextItemWidth(-1);
    };
    label("Name");
    ImGui::InputText("##name", &form_.name);
    label("Server");
    ImGui::InputText("##server", &form_.address);
    label("Colour");
    constexpr std::uint8_t colours = 8;
    for (std::uint8_t i = 0; i < colours; ++i) {
        const Colour colour = player_colour(i);
        const bool is_chosen = form_.colour == rgb_of(colour);
        ImGui::PushID(i);
        ImGui::PushStyleVar(ImGuiStyleVar_FrameBorderSize, is_chosen ? 2.0F : 0.0F);
        ImGui::PushStyleColor(ImGuiCol_Border, parts::imgui(white));
        constexpr ImGuiColorEditFlags flags =
            ImGuiColorEditFlags_NoTooltip | ImGuiColorEditFlags_NoDragDrop;
        const Colour shown = is_chosen ? colour : mixed(colour, night, 0.45F);
        if (ImGui::ColorButton("##colour", parts::imgui(shown), flags, {26, 26})) {
            form_.colour = rgb_of(colour);
        }
        ImGui::PopStyleColor();
        ImGui::PopStyleVar();
        ImGui::PopID();
        if (i + 1 < colours) ImGui::SameLine(0, 7);
    }
}
