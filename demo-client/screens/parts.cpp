#include "screens/parts.hpp"

#include "gui.hpp"

#include <imgui_stdlib.h>

#include <utility>

namespace parts {

ImVec4 imgui(Colour colour) {
    return {colour.r, colour.g, colour.b, colour.a};
}

void begin_panel(const char* name, ImVec2 middle, ImVec2 size) {
    const ImVec2 picture = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowPos(
        {picture.x * middle.x, picture.y * middle.y}, ImGuiCond_Always, {0.5F, 0.5F});
    ImGui::SetNextWindowSize(size);
    ImGui::Begin(name,
                 nullptr,
                 ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoCollapse | ImGuiWindowFlags_NoBringToFrontOnFocus);
}

void begin_part(const char* name, ImVec2 size) {
    ImGui::PushStyleColor(ImGuiCol_ChildBg, {0, 0, 0, 0});
    ImGui::BeginChild(name, size);
    ImGui::PopStyleColor();
}

void heading(const char* text) {
    ImGui::PushFont(large_font());
    ImGui::TextUnformatted(text);
    ImGui::PopFont();
}

void remark(const std::string& text) {
    ImGui::PushStyleColor(ImGuiCol_Text, ImGui::GetStyleColorVec4(ImGuiCol_TextDisabled));
    ImGui::TextWrapped("%s", text.c_str());
    ImGui::PopStyleColor();
}

void complaint(const std::string& text) {
    ImGui::PushStyleColor(ImGuiCol_Text, imgui(mixed(danger, white, 0.25F)));
    ImGui::TextWrapped("%s", text.c_str());
    ImGui::PopStyleColor();
}

bool main_button(const char* label, ImVec2 size) {
    ImGui::PushStyleColor(ImGuiCol_Button, {0.08F, 0.55F, 0.62F, 0.9F});
    ImGui::PushStyleColor(ImGuiCol_ButtonHovered, {0.10F, 0.70F, 0.78F, 1});
    ImGui::PushStyleColor(ImGuiCol_ButtonActive, {0.15F, 0.82F, 0.90F, 1});
    const bool is_pressed = ImGui::Button(label, size);
    ImGui::PopStyleColor(3);
    return is_pressed;
}

bool button(const char* label, ImVec2 size, bool is_enabled) {
    ImGui::BeginDisabled(!is_enabled);
    const bool is_pressed = ImGui::Button(label, size);
    ImGui::EndDisabled();
    return is_pressed;
}

void dot(Colour colour) {
    const float side = ImGui::GetTextLineHeight();
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    const ImVec2 middle{corner.x + side / 2, corner.y + side / 2};
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddCircleFilled(middle, side * 0.5F, ImGui::GetColorU32(imgui(colour.faded(0.22F))));
    list.AddCircleFilled(middle, side * 0.3F, ImGui::GetColorU32(imgui(colour)));
    ImGui::Dummy({side, side});
}

std::optional<std::string> chat_line(std::string& line) {
    ImGui::SetNextItemWidth(-1);
    const bool is_done = ImGui::InputTextWithHint(
        "##line", "say something", &line, ImGuiInputTextFlags_EnterReturnsTrue);
    return is_done ? std::optional(std::exchange(line, {})) : std::nullopt;
}

void align_right(float width) {
    ImGui::SameLine();
    const float left = ImGui::GetWindowContentRegionMax().x - width;
    if (left > ImGui::GetCursorPosX()) ImGui::SetCursorPosX(left);
}

} // namespace parts
