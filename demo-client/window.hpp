#pragma once

#include <SDL.h>

#include <memory>
#include <optional>
#include <string>

/// SDL's window and renderer, or without a window a picture in memory that can be saved.
class Window {
public:
    struct Size {
        int width = 1280;
        int height = 720;
    };

    /// Null, after `why` is told the reason, where there is no display.
    static std::unique_ptr<Window> open(const char* title, Size size, std::string& why);
    /// Needs no display.
    static std::unique_ptr<Window> open_hidden(Size size, std::string& why);
    ~Window();
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;

    [[nodiscard]] SDL_Renderer& renderer() { return *renderer_; }
    [[nodiscard]] bool is_visible() const { return window_ != nullptr; }
    /// In pixels; changes when the player drags it.
    [[nodiscard]] Size size() const;
    void present() { SDL_RenderPresent(renderer_); }
    /// Whether `present` waits for the screen.
    [[nodiscard]] bool waits() const;
    /// Writes what has been drawn, before `present`. Nothing, or why it could not.
    std::optional<std::string> save_png(const std::string& file);

private:
    Window() = default;

    bool has_video_ = false;
    SDL_Window* window_ = nullptr;
    SDL_Surface* surface_ = nullptr;
    SDL_Renderer* renderer_ = nullptr;
};
