#pragma once

#include <SDL.h>

#include <memory>
#include <optional>
#include <string>

/// SDL's window with an OpenGL context, or a hidden one whose picture can be saved.
class Window {
public:
    struct Size {
        int width = 1280;
        int height = 720;
    };

    /// Null, after `why` is told the reason, where there is no display.
    static std::unique_ptr<Window> open(const char* title, Size size, std::string& why);
    /// Needs no display, only a Mesa that draws off screen: Debian's libegl-mesa0 and
    /// libgl1-mesa-dri.
    static std::unique_ptr<Window> open_hidden(Size size, std::string& why);
    ~Window();
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;

    [[nodiscard]] SDL_Window& sdl() { return *window_; }
    [[nodiscard]] SDL_GLContext context() { return context_; }
    [[nodiscard]] bool is_visible() const { return is_visible_; }
    /// In pixels; changes when the player drags it.
    [[nodiscard]] Size size() const;
    void toggle_full_screen();
    void present() { SDL_GL_SwapWindow(window_); }
    /// Whether `present` waits for the screen.
    [[nodiscard]] bool waits() const { return waits_; }
    /// Writes what has been drawn, before `present`. Nothing, or why it could not.
    [[nodiscard]] std::optional<std::string> save_png(const std::string& file) const;

private:
    Window() = default;
    bool begin(Uint32 parts, std::string& why);
    bool create(const char* title, Size size, Uint32 flags, std::string& why);

    bool has_video_ = false;
    bool is_visible_ = false;
    bool waits_ = false;
    SDL_Window* window_ = nullptr;
    SDL_GLContext context_ = nullptr;
};
