#pragma once

#include "lobby-watch/model/trouble.hpp"

#include <engine_net/admin.hpp>

#include <imgui.h>

#include <cstddef>

/// How everything looks: letters, colours, and the small parts of several screens.
namespace watch::look {

/// Loads the fonts and sets the style of the current context. 1 is for a display of 96 dots per
/// inch.
void set_up(float scale);
/// So many pixels of such a display, on this one.
[[nodiscard]] float pixels(float count);

inline const ImVec4 text{0.87F, 0.89F, 0.93F, 1};
inline const ImVec4 dim{0.53F, 0.57F, 0.65F, 1};
inline const ImVec4 accent{0.33F, 0.62F, 0.98F, 1};
inline const ImVec4 good{0.35F, 0.78F, 0.48F, 1};
inline const ImVec4 notable{0.95F, 0.73F, 0.30F, 1};
inline const ImVec4 bad{0.96F, 0.40F, 0.38F, 1};
inline const ImVec4 quiet{0.50F, 0.66F, 0.86F, 1}; ///< paused

[[nodiscard]] ImVec4 colour_of(Trouble trouble);
[[nodiscard]] ImVec4 colour_of(engine_net::Stage stage);
/// Of things that are told apart, over and over.
[[nodiscard]] ImVec4 colour_of_part(std::size_t part);
[[nodiscard]] ImU32 faded(const ImVec4& colour, float share);

[[nodiscard]] ImFont* large_font();
[[nodiscard]] ImFont* small_font();

/// In small letters that hold back.
void remark(const char* words);
/// In a table's cell.
void cell(const char* words, const ImVec4& colour = text);
void number_cell(const char* words, const ImVec4& colour = text);
/// Says more of the last thing while one points at it.
void tip(const char* words);
/// The header of a table, whose columns from `first_number` up to `end_number` are numbers. The
/// room for the arrow of a sorted column is at their right.
void headers(int columns, int first_number, int end_number, float arrow_width = 0);
/// Of tables that can be sorted.
[[nodiscard]] float arrow_width();
/// Of lists whose headers sort.
inline constexpr ImGuiTableFlags sorted_table =
    ImGuiTableFlags_Sortable | ImGuiTableFlags_Resizable | ImGuiTableFlags_Reorderable |
    ImGuiTableFlags_Hideable | ImGuiTableFlags_RowBg | ImGuiTableFlags_ScrollY |
    ImGuiTableFlags_BordersOuter | ImGuiTableFlags_SizingFixedFit;
/// A button that says why it can't be pressed, unless that is "".
[[nodiscard]] bool button(const char* label, const char* why_not);

} // namespace watch::look
