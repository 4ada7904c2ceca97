#include "lobby_watch/imgui_stage.hpp"

#include "lobby-watch/screens/look.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace {

constexpr float frame_s = 1.0F / 60;
constexpr std::ptrdiff_t vertices_of_letter = 4;

std::span<const ImDrawVert> vertices_of(const ImDrawList& list) {
    return {list.VtxBuffer.Data, static_cast<std::size_t>(list.VtxBuffer.Size)};
}

bool is_letter(const ImDrawVert& corner, const ImFontGlyph& glyph) {
    return corner.uv.x == glyph.U0 && corner.uv.y == glyph.V0;
}

/// Of the letters that are drawn; a blank is none.
std::vector<const ImFontGlyph*> glyphs_of(const std::string& words, const ImFont& font) {
    std::vector<const ImFontGlyph*> glyphs;
    glyphs.reserve(words.size());
    for (const char letter : words) {
        if (letter != ' ') glyphs.push_back(font.FindGlyph(static_cast<ImWchar>(letter)));
    }
    return glyphs;
}

std::optional<ImVec2> find_in(std::span<const ImDrawVert> vertices,
                              const std::vector<const ImFontGlyph*>& glyphs) {
    const auto length = static_cast<std::ptrdiff_t>(glyphs.size()) * vertices_of_letter;
    for (auto first = vertices.begin(); vertices.end() - first >= length; ++first) {
        const auto is_next = [&, at = first](const ImFontGlyph* glyph) mutable {
            const bool is = is_letter(*at, *glyph);
            at += vertices_of_letter;
            return is;
        };
        if (!std::all_of(glyphs.begin(), glyphs.end(), is_next)) continue;
        const ImVec2 begin = first->pos;
        const ImVec2 end = first[length - 2].pos;
        return ImVec2{(begin.x + end.x) / 2, (begin.y + end.y) / 2};
    }
    return std::nullopt;
}

} // namespace

ImguiStage::ImguiStage(std::function<void()> draw) : draw_(std::move(draw)) {
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.DisplaySize = {1280, 720};
    io.DeltaTime = frame_s;
    io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
    int number = 0;
    for (int& key : io.KeyMap) key = number++;
    watch::look::set_up(1);
    unsigned char* pixels = nullptr;
    int width = 0;
    int height = 0;
    io.Fonts->GetTexDataAsAlpha8(&pixels, &width, &height);
}

ImguiStage::~ImguiStage() {
    ImGui::DestroyContext();
}

void ImguiStage::frame() {
    ImGui::NewFrame();
    draw_();
    ImGui::Render();
}

void ImguiStage::settle() {
    constexpr int frames = 4;
    for (int i = 0; i < frames; ++i) frame();
}

/// What is drawn last is in front.
std::optional<ImVec2> ImguiStage::find(const std::string& words) const {
    const ImDrawData& picture = *ImGui::GetDrawData();
    std::vector<const ImDrawList*> lists(picture.CmdLists,
                                         picture.CmdLists + picture.CmdListsCount);
    std::ranges::reverse(lists);
    for (const ImFont* font : ImGui::GetIO().Fonts->Fonts) {
        const auto glyphs = glyphs_of(words, *font);
        for (const ImDrawList* const list : lists) {
            if (const auto found = find_in(vertices_of(*list), glyphs)) return found;
        }
    }
    return std::nullopt;
}

void ImguiStage::press_mouse() {
    ImGui::GetIO().MouseDown[0] = true;
    frame();
    ImGui::GetIO().MouseDown[0] = false;
    frame();
}

bool ImguiStage::click(const std::string& words) {
    const auto place = find(words);
    if (!place) return false;
    ImGui::GetIO().MousePos = *place;
    frame();
    press_mouse();
    // The next click is no part of a double one.
    ImGui::GetIO().MousePos = {place->x + 1, place->y};
    for (float time = 0; time < ImGui::GetIO().MouseDoubleClickTime; time += frame_s) frame();
    return true;
}

bool ImguiStage::double_click(const std::string& words) {
    const auto place = find(words);
    if (!place) return false;
    ImGui::GetIO().MousePos = *place;
    frame();
    press_mouse();
    press_mouse();
    settle();
    return true;
}

void ImguiStage::type(const std::string& letters) {
    ImGui::GetIO().AddInputCharactersUTF8(letters.c_str());
    settle();
}

void ImguiStage::press(ImGuiKey key) {
    ImGui::GetIO().KeysDown[key] = true;
    frame();
    ImGui::GetIO().KeysDown[key] = false;
    settle();
}
