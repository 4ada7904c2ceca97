#pragma once

#include "model/colour.hpp"

#include <imgui.h>

#include <optional>
#include <string>

/// What several screens are made of.
namespace parts {

[[nodiscard]] ImVec4 imgui(Colour colour);

/// A window that stays where it is, without a title. `middle` is a share of the picture.
/// `ImGui::End` follows in any case.
void begin_panel(const char* name, ImVec2 middle, ImVec2 size);
/// A part of a window that is arranged for itself, and looks like the rest. `ImGui::EndChild`
/// follows in any case.
void begin_part(const char* name, ImVec2 size);
void heading(const char* text);
/// In small letters that hold back.
void remark(const std::string& text);
void complaint(const std::string& text);
/// Coloured as what one is expected to press.
[[nodiscard]] bool main_button(const char* label, ImVec2 size);
[[nodiscard]] bool button(const char* label, ImVec2 size, bool is_enabled);
/// To write a line of chat in: what was written when it is done, maybe nothing.
[[nodiscard]] std::optional<std::string> chat_line(std::string& line);
/// A square of this colour, as high as a line.
void dot(Colour colour);
/// All letters until the end of the line stand at its right.
void align_right(float width);

} // namespace parts
