#include "lobby-watch/screens/look.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>

namespace watch::look {

namespace {

constexpr float letter_size = 14; // pixels, of which all sizes follow
constexpr float large_letter_size = 21;
constexpr float small_letter_size = 12;

ImVec4 grey(float light, float a = 1) {
    return {light * 0.94F, light * 0.98F, light * 1.1F, a};
}
ImVec4 blue(float a) {
    return {accent.x, accent.y, accent.z, a};
}

/// Debian's package fonts-dejavu-core. Where it is not, ImGui's own letters do.
void load_fonts(float scale) {
    constexpr const char* file = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
    // Latin, Greek, Cyrillic, punctuation, arrows and shapes.
    static constexpr std::array<ImWchar, 11> letters{
        0x0020, 0x024F, 0x0370, 0x052F, 0x2010, 0x2044, 0x2190, 0x21FF, 0x25A0, 0x2713, 0};
    ImFontAtlas& fonts = *ImGui::GetIO().Fonts;
    std::error_code ignored;
    const bool has_file = std::filesystem::exists(file, ignored);
    for (const float size : {letter_size, large_letter_size, small_letter_size}) {
        ImFontConfig config;
        config.SizePixels = size * scale;
        if (has_file) {
            fonts.AddFontFromFileTTF(file, size * scale, nullptr, letters.data());
        } else {
            fonts.AddFontDefault(&config);
        }
    }
}

void set_shapes(ImGuiStyle& style) {
    style.WindowPadding = {14, 10};
    style.FramePadding = {9, 4};
    style.ItemSpacing = {8, 6};
    style.CellPadding = {7, 2};
    style.WindowRounding = 0;
    style.ChildRounding = style.FrameRounding = style.PopupRounding = style.TabRounding = 4;
    style.ScrollbarRounding = style.GrabRounding = 4;
    style.ScrollbarSize = 11;
    style.WindowBorderSize = 0;
    style.PopupBorderSize = 1;
}

void set_colours(ImGuiStyle& style) {
    ImVec4* const colours = style.Colors;
    colours[ImGuiCol_Text] = text;
    colours[ImGuiCol_TextDisabled] = dim;
    colours[ImGuiCol_WindowBg] = grey(0.085F);
    colours[ImGuiCol_ChildBg] = grey(0.11F);
    colours[ImGuiCol_PopupBg] = grey(0.13F);
    colours[ImGuiCol_Border] = grey(0.24F);
    colours[ImGuiCol_FrameBg] = grey(0.16F);
    colours[ImGuiCol_FrameBgHovered] = grey(0.21F);
    colours[ImGuiCol_FrameBgActive] = grey(0.25F);
    colours[ImGuiCol_TitleBg] = colours[ImGuiCol_TitleBgActive] = grey(0.13F);
    colours[ImGuiCol_ScrollbarBg] = grey(0.1F, 0);
    colours[ImGuiCol_ScrollbarGrab] = grey(0.26F);
    colours[ImGuiCol_ScrollbarGrabHovered] = grey(0.34F);
    colours[ImGuiCol_ScrollbarGrabActive] = grey(0.4F);
    colours[ImGuiCol_CheckMark] = accent;
    colours[ImGuiCol_Button] = grey(0.2F);
    colours[ImGuiCol_ButtonHovered] = grey(0.27F);
    colours[ImGuiCol_ButtonActive] = blue(0.55F);
    colours[ImGuiCol_Header] = blue(0.28F);
    colours[ImGuiCol_HeaderHovered] = blue(0.2F);
    colours[ImGuiCol_HeaderActive] = blue(0.4F);
    colours[ImGuiCol_Separator] = grey(0.2F);
    colours[ImGuiCol_Tab] = grey(0.12F);
    colours[ImGuiCol_TabHovered] = blue(0.35F);
    colours[ImGuiCol_TabActive] = colours[ImGuiCol_TabUnfocusedActive] = blue(0.45F);
    colours[ImGuiCol_TableHeaderBg] = grey(0.145F);
    colours[ImGuiCol_TableBorderLight] = colours[ImGuiCol_TableBorderStrong] = grey(0.17F);
    colours[ImGuiCol_TableRowBgAlt] = grey(1, 0.022F);
    colours[ImGuiCol_TextSelectedBg] = blue(0.35F);
    colours[ImGuiCol_NavHighlight] = blue(0.9F);
    colours[ImGuiCol_ModalWindowDimBg] = grey(0, 0.55F);
}

} // namespace

void set_up(float scale) {
    load_fonts(scale);
    ImGuiStyle& style = ImGui::GetStyle();
    style = ImGuiStyle();
    set_shapes(style);
    style.ScaleAllSizes(scale);
    set_colours(style);
}

float pixels(float count) {
    return count * ImGui::GetIO().Fonts->Fonts.front()->FontSize / letter_size;
}

ImFont* large_font() {
    return ImGui::GetIO().Fonts->Fonts[1];
}

ImFont* small_font() {
    return ImGui::GetIO().Fonts->Fonts[2];
}

ImVec4 colour_of(Trouble trouble) {
    if (trouble == Trouble::none) return text;
    if (trouble == Trouble::paused || trouble == Trouble::full) return quiet;
    return is_bad(trouble) ? bad : notable;
}

ImVec4 colour_of(engine_net::Stage stage) {
    static const std::array<ImVec4, engine_net::stage_count> colours{{
        {0.31F, 0.53F, 0.79F, 1},
        {0.55F, 0.72F, 0.93F, 1},
        {0.90F, 0.55F, 0.66F, 1},
        {0.40F, 0.73F, 0.42F, 1},
        {0.90F, 0.79F, 0.35F, 1},
        {0.93F, 0.57F, 0.29F, 1},
        {0.70F, 0.51F, 0.80F, 1},
        {0.40F, 0.74F, 0.76F, 1},
    }};
    return colours[static_cast<std::size_t>(stage) % colours.size()];
}

ImVec4 colour_of_part(std::size_t part) {
    static const std::array<ImVec4, 8> colours{{
        {0.33F, 0.62F, 0.98F, 1},
        {0.93F, 0.57F, 0.29F, 1},
        {0.40F, 0.73F, 0.42F, 1},
        {0.70F, 0.51F, 0.80F, 1},
        {0.90F, 0.79F, 0.35F, 1},
        {0.40F, 0.74F, 0.76F, 1},
        {0.90F, 0.45F, 0.55F, 1},
        {0.62F, 0.66F, 0.74F, 1},
    }};
    return colours[part % colours.size()];
}

ImU32 faded(const ImVec4& colour, float share) {
    return ImGui::GetColorU32({colour.x, colour.y, colour.z, colour.w * share});
}

void remark(const char* words) {
    ImGui::PushFont(small_font());
    ImGui::PushStyleColor(ImGuiCol_Text, dim);
    ImGui::TextUnformatted(words);
    ImGui::PopStyleColor();
    ImGui::PopFont();
}

void cell(const char* words, const ImVec4& colour) {
    ImGui::TableNextColumn();
    ImGui::PushStyleColor(ImGuiCol_Text, colour);
    ImGui::TextUnformatted(words);
    ImGui::PopStyleColor();
}

void number_cell(const char* words, const ImVec4& colour) {
    ImGui::TableNextColumn();
    const float free = ImGui::GetContentRegionAvail().x - ImGui::CalcTextSize(words).x;
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(free, 0.0F));
    ImGui::PushStyleColor(ImGuiCol_Text, colour);
    ImGui::TextUnformatted(words);
    ImGui::PopStyleColor();
}

void tip(const char* words) {
    if (*words != '\0' && ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled))
        ImGui::SetTooltip("%s", words);
}

float arrow_width() {
    constexpr float share = 0.65F; // as Dear ImGui has it
    return ImGui::GetFontSize() * share + ImGui::GetStyle().FramePadding.x + pixels(1);
}

void headers(int columns, int first_number, int end_number, float arrow_width) {
    ImGui::TableNextRow(ImGuiTableRowFlags_Headers);
    for (int column = 0; column < columns; ++column) {
        if (!ImGui::TableSetColumnIndex(column)) continue;
        const char* const name = ImGui::TableGetColumnName(column);
        const float width = ImGui::CalcTextSize(name).x + arrow_width;
        const float free = ImGui::GetContentRegionAvail().x - width;
        const bool is_number = column >= first_number && column < end_number;
        if (is_number && free > 0) ImGui::SetCursorPosX(ImGui::GetCursorPosX() + free);
        ImGui::PushID(column);
        ImGui::TableHeader(name);
        ImGui::PopID();
    }
}

bool button(const char* label, const char* why_not) {
    const bool is_enabled = *why_not == '\0';
    ImGui::BeginDisabled(!is_enabled);
    const bool is_pressed = ImGui::Button(label);
    ImGui::EndDisabled();
    tip(why_not);
    return is_pressed;
}

} // namespace watch::look
