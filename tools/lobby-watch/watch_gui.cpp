#include "watch_gui.hpp"

#include "lobby-watch/screens/look.hpp"

#include <SDL_opengl.h>
#include <backends/imgui_impl_opengl3.h>
#include <backends/imgui_impl_sdl.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <utility>

using watch::Shortcut;

namespace {

/// With Ctrl.
std::optional<Shortcut> time_shortcut_of(const SDL_Keysym& key) {
    const bool by_tick = (key.mod & KMOD_SHIFT) != 0;
    switch (key.sym) {
    case SDLK_LEFT: return by_tick ? Shortcut::tick_back : Shortcut::back;
    case SDLK_RIGHT: return by_tick ? Shortcut::tick_on : Shortcut::on;
    case SDLK_HOME: return Shortcut::to_begin;
    case SDLK_END: return Shortcut::to_end;
    case SDLK_UP: return Shortcut::faster;
    case SDLK_DOWN: return Shortcut::slower;
    default: return std::nullopt;
    }
}

std::optional<Shortcut> shortcut_of(const SDL_Keysym& key) {
    const bool has_control = (key.mod & KMOD_CTRL) != 0;
    if (has_control) {
        if (const auto found = time_shortcut_of(key)) return found;
    }
    if (has_control && key.sym == SDLK_f) return Shortcut::find;
    if (has_control && key.sym == SDLK_s) return Shortcut::save;
    switch (key.sym) {
    case SDLK_F1: return Shortcut::help;
    case SDLK_F2: return Shortcut::lobbies;
    case SDLK_F3: return Shortcut::room;
    case SDLK_F4: return Shortcut::time;
    case SDLK_F7: return Shortcut::entities;
    case SDLK_F8: return Shortcut::bytes;
    case SDLK_F5: return Shortcut::pause_graph;
    case SDLK_F6: return Shortcut::next_server;
    case SDLK_F9: return Shortcut::kick;
    default: return std::nullopt;
    }
}

} // namespace

WatchGui::WatchGui(Window& window, float scale, std::string layout_file)
    : window_(window), layout_file_(std::move(layout_file)) {
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = layout_file_.empty() ? nullptr : layout_file_.c_str();
    io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
    watch::look::set_up(scale);
    ImGui_ImplSDL2_InitForOpenGL(&window.sdl(), window.context());
    ImGui_ImplOpenGL3_Init("#version 150");
}

WatchGui::~WatchGui() {
    ImGui_ImplOpenGL3_Shutdown();
    ImGui_ImplSDL2_Shutdown();
    ImGui::DestroyContext();
}

std::optional<Shortcut> WatchGui::note(const SDL_Event& event) {
    ImGui_ImplSDL2_ProcessEvent(&event);
    if (event.type != SDL_KEYDOWN || event.key.repeat != 0) return std::nullopt;
    return shortcut_of(event.key.keysym);
}

void WatchGui::begin_frame() {
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplSDL2_NewFrame();
    ImGui::NewFrame();
}

void WatchGui::end_frame() {
    ImGui::Render();
    const Window::Size size = window_.size();
    const ImVec4& ground = ImGui::GetStyle().Colors[ImGuiCol_WindowBg];
    glViewport(0, 0, size.width, size.height);
    glClearColor(ground.x, ground.y, ground.z, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

float display_scale(Window& window) {
    constexpr float usual_dpi = 96;
    float dpi = usual_dpi;
    const int display = SDL_GetWindowDisplayIndex(&window.sdl());
    if (!window.is_visible() || SDL_GetDisplayDPI(display, nullptr, &dpi, nullptr) != 0) return 1;
    // In quarters, so that letters stay sharp; what displays say of themselves is often wrong.
    return std::clamp(std::round(4 * dpi / usual_dpi) / 4, 1.0F, 3.0F);
}
