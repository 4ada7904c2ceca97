#include "screens/chat_panel.hpp"

#include "screens/parts.hpp"

#include <imgui.h>
#include <imgui_stdlib.h>

#include <utility>

void ChatPanel::draw(Game& game, float height) {
    const float line_height = ImGui::GetFrameHeightWithSpacing();
    ImGui::BeginChild("said", {0, height - (height < 0 ? 0 : line_height)}, true);
    for (const ChatLog::Line& line : game.chat().lines()) {
        if (line.name.empty()) {
            parts::remark(line.text);
            continue;
        }
        ImGui::TextColored(parts::imgui(line.colour), "%s", line.name.c_str());
        ImGui::SameLine(0, 8);
        ImGui::TextWrapped("%s", line.text.c_str());
    }
    const std::size_t lines = game.chat().lines().size();
    if (std::exchange(seen_, lines) != lines) ImGui::SetScrollHereY(1);
    ImGui::EndChild();

    ImGui::SetNextItemWidth(-1);
    const bool is_done = ImGui::InputTextWithHint(
        "##line", "say something", &line_, ImGuiInputTextFlags_EnterReturnsTrue);
    if (!is_done) return;
    if (!line_.empty()) game.say(line_);
    line_.clear();
    ImGui::SetKeyboardFocusHere(-1);
}
