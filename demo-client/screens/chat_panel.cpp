#include "screens/chat_panel.hpp"

#include "screens/parts.hpp"

#include <imgui.h>

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

    const auto line = parts::chat_line(line_);
    if (!line) return;
    if (!line->empty()) game.say(*line);
    ImGui::SetKeyboardFocusHere(-1);
}
