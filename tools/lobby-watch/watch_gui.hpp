#pragma once

#include "lobby-watch/screens/shortcut.hpp"
#include "window/window.hpp"

#include <optional>
#include <string>

/// Dear ImGui on a window.
class WatchGui {
public:
    /// The window outlives it. `layout_file` is where the columns are kept; "": nowhere.
    WatchGui(Window& window, float scale, std::string layout_file);
    ~WatchGui();
    WatchGui(const WatchGui&) = delete;
    WatchGui& operator=(const WatchGui&) = delete;

    /// For each event of SDL: what it asks for, if that is something of ours.
    std::optional<watch::Shortcut> note(const SDL_Event& event);
    /// What is drawn between these two is the picture.
    void begin_frame();
    void end_frame();

private:
    Window& window_;
    std::string layout_file_;
};

/// How much larger than at 96 dots per inch a window's letters should be.
float display_scale(Window& window);
