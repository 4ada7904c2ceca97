#pragma once

#include "window/window.hpp"

#include <imgui.h>

#include <vector>

/// Dear ImGui on a window: the program's look, and the frames that everything is drawn in.
class Gui {
public:
    /// The window outlives it.
    explicit Gui(Window& window);
    ~Gui();
    Gui(const Gui&) = delete;
    Gui& operator=(const Gui&) = delete;

    /// For each event of SDL.
    void note(const SDL_Event& event);
    /// What is drawn between these two is the picture.
    void begin_frame();
    void end_frame();

    /// Someone types, so that keys are no commands.
    [[nodiscard]] static bool is_typing() { return ImGui::GetIO().WantTextInput; }

private:
    Window& window_;
    std::vector<SDL_Scancode> pressed_; ///< since the last frame
    std::vector<SDL_Event> late_;       ///< for the next one
};

/// For titles; what is not set is in smaller letters.
[[nodiscard]] ImFont* large_font();
