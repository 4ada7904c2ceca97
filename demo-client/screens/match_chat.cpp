#include "screens/match_chat.hpp"

#include "screens/parts.hpp"

#include <imgui.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace {

constexpr float margin = 18; // of the picture, where the rest of the game's glass begins too
constexpr float width = 290;
constexpr std::size_t shown_lines = 6;
constexpr float life_s = 9; // of a line, unless one's own is open

/// Readable on the game without a window behind it.
void draw_text(const ChatLog::Line& line, float light) {
    ImGui::PushStyleVar(ImGuiStyleVar_Alpha, light);
    if (line.name.empty()) {
        parts::remark(line.text);
    } else {
        ImGui::TextColored(parts::imgui(line.colour), "%s", line.name.c_str());
        ImGui::SameLine(0, 8);
        ImGui::TextWrapped("%s", line.text.c_str());
    }
    ImGui::PopStyleVar();
}

} // namespace

void MatchChat::draw(Game& game, float taken) {
    if (!begin(game.chat(), taken)) return;
    if (is_open_) draw_line(game);
    ImGui::End();
}

void MatchChat::draw_said(const ChatLog& chat, float taken) const {
    if (begin(chat, taken)) ImGui::End();
}

/// A window with the last lines, which is to be ended; false: there is none.
bool MatchChat::begin(const ChatLog& chat, float taken) const {
    const auto& lines = chat.lines();
    const std::size_t first = lines.size() - std::min(lines.size(), shown_lines);
    const bool has_news = !lines.empty() && lines.back().age_s < life_s;
    if (!is_open_ && !has_news) return false;

    const ImVec2 picture = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowPos({margin, picture.y - margin - taken}, ImGuiCond_Always, {0, 1});
    ImGui::SetNextWindowSize({width, 0});
    ImGuiWindowFlags flags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                             ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoFocusOnAppearing;
    if (!is_open_) flags |= ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoInputs;
    ImGui::Begin("match chat", nullptr, flags);
    for (std::size_t i = first; i < lines.size(); ++i) {
        const float left_s = is_open_ ? 1 : life_s - lines[i].age_s;
        if (left_s > 0) draw_text(lines[i], std::clamp(left_s, 0.02F, 1.0F));
    }
    return true;
}

void MatchChat::draw_line(Game& game) {
    if (std::exchange(opens_now_, false)) ImGui::SetKeyboardFocusHere();
    const auto line = parts::chat_line(line_);
    if (!line) return;
    if (!line->empty()) game.say(*line);
    is_open_ = false;
}
