#include "gui.hpp"

#include "model/colour.hpp"

#include <SDL_opengl.h>
#include <backends/imgui_impl_opengl3.h>
#include <backends/imgui_impl_sdl.h>

#include <algorithm>
#include <filesystem>

namespace {

constexpr float letter_size = 16; // pixels
constexpr float large_letter_size = 26;

ImVec4 shade(float r, float g, float b, float a = 1) {
    return {r, g, b, a};
}

/// Debian's package fonts-dejavu-core. Where it is not, ImGui's own letters do.
void load_fonts(ImGuiIO& io) {
    constexpr const char* file = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
    // Latin, Greek, Cyrillic, punctuation, arrows, and signs such as the star of hosts.
    static constexpr ImWchar letters[]{
        0x0020, 0x024F, 0x0370, 0x052F, 0x2010, 0x2044, 0x2190, 0x21FF, 0x25A0, 0x2713, 0};
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) {
        io.Fonts->AddFontFromFileTTF(file, letter_size, nullptr, letters);
        io.Fonts->AddFontFromFileTTF(file, large_letter_size, nullptr, letters);
        return;
    }
    io.Fonts->AddFontDefault();
    ImFontConfig large;
    large.SizePixels = large_letter_size;
    io.Fonts->AddFontDefault(&large);
}

void set_shapes(ImGuiStyle& style) {
    style.WindowRounding = 8;
    style.ChildRounding = 6;
    style.FrameRounding = 5;
    style.PopupRounding = 6;
    style.GrabRounding = 5;
    style.ScrollbarRounding = 6;
    style.WindowPadding = {18, 16};
    style.FramePadding = {10, 7};
    style.ItemSpacing = {10, 9};
    style.CellPadding = {10, 5};
    style.WindowBorderSize = 1;
    style.FrameBorderSize = 0;
    style.ScrollbarSize = 12;
    style.WindowTitleAlign = {0.5F, 0.5F};
}

void set_colours(ImGuiStyle& style) {
    ImVec4* const colours = style.Colors;
    const auto ground = [](float a) {
        return shade(0.035F, 0.05F, 0.10F, a);
    };
    const auto neon = [](float a) {
        return shade(0.20F, 0.75F, 1, a);
    };
    colours[ImGuiCol_Text] = shade(0.86F, 0.92F, 1);
    colours[ImGuiCol_TextDisabled] = shade(0.48F, 0.57F, 0.72F);
    colours[ImGuiCol_WindowBg] = ground(0.88F);
    colours[ImGuiCol_ChildBg] = shade(0.02F, 0.03F, 0.065F, 0.55F);
    colours[ImGuiCol_PopupBg] = ground(0.97F);
    colours[ImGuiCol_Border] = neon(0.26F);
    colours[ImGuiCol_FrameBg] = shade(0.10F, 0.15F, 0.26F, 0.75F);
    colours[ImGuiCol_FrameBgHovered] = shade(0.14F, 0.24F, 0.40F, 0.85F);
    colours[ImGuiCol_FrameBgActive] = shade(0.16F, 0.32F, 0.52F, 0.9F);
    colours[ImGuiCol_TitleBg] = colours[ImGuiCol_TitleBgActive] = shade(0.05F, 0.10F, 0.19F, 0.95F);
    colours[ImGuiCol_ScrollbarBg] = shade(0, 0, 0, 0.15F);
    colours[ImGuiCol_ScrollbarGrab] = neon(0.22F);
    colours[ImGuiCol_ScrollbarGrabHovered] = neon(0.36F);
    colours[ImGuiCol_ScrollbarGrabActive] = neon(0.5F);
    colours[ImGuiCol_CheckMark] = neon(1);
    colours[ImGuiCol_SliderGrab] = neon(0.75F);
    colours[ImGuiCol_SliderGrabActive] = neon(1);
    colours[ImGuiCol_Button] = shade(0.09F, 0.30F, 0.50F, 0.72F);
    colours[ImGuiCol_ButtonHovered] = shade(0.12F, 0.46F, 0.72F, 0.9F);
    colours[ImGuiCol_ButtonActive] = shade(0.16F, 0.60F, 0.88F, 1);
    colours[ImGuiCol_Header] = neon(0.18F);
    colours[ImGuiCol_HeaderHovered] = neon(0.28F);
    colours[ImGuiCol_HeaderActive] = neon(0.4F);
    colours[ImGuiCol_Separator] = neon(0.2F);
    colours[ImGuiCol_TableHeaderBg] = shade(0.07F, 0.13F, 0.24F, 0.9F);
    colours[ImGuiCol_TableBorderLight] = colours[ImGuiCol_TableBorderStrong] = neon(0.12F);
    colours[ImGuiCol_TableRowBgAlt] = neon(0.035F);
    colours[ImGuiCol_TextSelectedBg] = neon(0.35F);
    colours[ImGuiCol_NavHighlight] = neon(0.8F);
    colours[ImGuiCol_ModalWindowDimBg] = shade(0, 0.01F, 0.03F, 0.6F);
}

} // namespace

Gui::Gui(Window& window) : window_(window) {
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard | ImGuiConfigFlags_NavEnableGamepad;
    load_fonts(io);
    set_shapes(ImGui::GetStyle());
    set_colours(ImGui::GetStyle());
    ImGui_ImplSDL2_InitForOpenGL(&window.sdl(), window.context());
    ImGui_ImplOpenGL3_Init("#version 150");
}

Gui::~Gui() {
    ImGui_ImplOpenGL3_Shutdown();
    ImGui_ImplSDL2_Shutdown();
    ImGui::DestroyContext();
}

/// ImGui looks at the keys once a frame. One that is pressed and let go between two frames is let
/// go after the next one, or it would not be seen at all.
void Gui::note(const SDL_Event& event) {
    const bool is_up = event.type == SDL_KEYUP;
    if (event.type == SDL_KEYDOWN) pressed_.push_back(event.key.keysym.scancode);
    const bool is_short =
        is_up && std::ranges::find(pressed_, event.key.keysym.scancode) != pressed_.end();
    if (is_short) return late_.push_back(event);
    ImGui_ImplSDL2_ProcessEvent(&event);
}

void Gui::begin_frame() {
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplSDL2_NewFrame();
    ImGui::NewFrame();
    for (const SDL_Event& event : late_) ImGui_ImplSDL2_ProcessEvent(&event);
    late_.clear();
    pressed_.clear();
}

void Gui::end_frame() {
    ImGui::Render();
    const Window::Size size = window_.size();
    glViewport(0, 0, size.width, size.height);
    glClearColor(night.r, night.g, night.b, night.a);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

ImFont* large_font() {
    return ImGui::GetIO().Fonts->Fonts.back();
}
