#include "window/window.hpp"

#include <SDL_image.h>
#include <SDL_opengl.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace {

/// SDL falls back to drivers that show nothing, which nobody would understand.
bool has_display() {
    const std::string driver = SDL_GetCurrentVideoDriver();
    return SDL_getenv("SDL_VIDEODRIVER") || (driver != "dummy" && driver != "offscreen");
}

/// Where a screen has no rate, such as Xvfb's, nothing is to be waited for.
bool can_wait(SDL_Window* window) {
    SDL_DisplayMode mode{};
    return SDL_GL_SetSwapInterval(1) == 0 &&
           SDL_GetCurrentDisplayMode(SDL_GetWindowDisplayIndex(window), &mode) == 0 &&
           mode.refresh_rate > 0;
}

} // namespace

std::unique_ptr<Window> Window::open(const char* title, Size size, std::string& why) {
    std::unique_ptr<Window> window(new Window);
    if (!window->begin(SDL_INIT_VIDEO | SDL_INIT_GAMECONTROLLER, why)) return nullptr;
    if (!has_display()) {
        why = "there is no display";
        return nullptr;
    }
    constexpr Uint32 flags = SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI;
    if (!window->create(title, size, flags, why)) return nullptr;
    window->is_visible_ = true;
    window->waits_ = can_wait(window->window_);
    return window;
}

std::unique_ptr<Window> Window::open_hidden(Size size, std::string& why) {
    SDL_SetHintWithPriority(SDL_HINT_VIDEODRIVER, "offscreen", SDL_HINT_OVERRIDE);
    std::unique_ptr<Window> window(new Window);
    if (!window->begin(SDL_INIT_VIDEO, why)) return nullptr;
    if (!window->create("", size, SDL_WINDOW_HIDDEN, why)) return nullptr;
    return window;
}

bool Window::begin(Uint32 parts, std::string& why) {
    has_video_ = SDL_Init(parts) == 0;
    if (!has_video_) why = SDL_GetError();
    return has_video_;
}

bool Window::create(const char* title, Size size, Uint32 flags, std::string& why) {
    constexpr int anywhere = SDL_WINDOWPOS_CENTERED;
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_PROFILE_MASK, SDL_GL_CONTEXT_PROFILE_CORE);
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_MAJOR_VERSION, 3);
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_MINOR_VERSION, 2);
    window_ = SDL_CreateWindow(
        title, anywhere, anywhere, size.width, size.height, flags | SDL_WINDOW_OPENGL);
    if (window_) context_ = SDL_GL_CreateContext(window_);
    if (!context_) why = SDL_GetError();
    return context_ != nullptr;
}

Window::~Window() {
    if (context_) SDL_GL_DeleteContext(context_);
    if (window_) SDL_DestroyWindow(window_);
    if (has_video_) SDL_Quit();
}

Window::Size Window::size() const {
    Size size;
    SDL_GL_GetDrawableSize(window_, &size.width, &size.height);
    return size;
}

void Window::toggle_full_screen() {
    const bool is_full = (SDL_GetWindowFlags(window_) & SDL_WINDOW_FULLSCREEN_DESKTOP) != 0;
    SDL_SetWindowFullscreen(window_, is_full ? 0 : SDL_WINDOW_FULLSCREEN_DESKTOP);
}

std::optional<std::string> Window::save_png(const std::string& file) const {
    constexpr int bytes_per_pixel = 3;
    const Size picture = size();
    const auto row_bytes = static_cast<std::size_t>(picture.width) * bytes_per_pixel;
    std::vector<std::uint8_t> pixels(row_bytes * static_cast<std::size_t>(picture.height));
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadPixels(0, 0, picture.width, picture.height, GL_RGB, GL_UNSIGNED_BYTE, pixels.data());
    // OpenGL's first row is the lowest.
    for (auto top = pixels.begin(), end = pixels.end();
         end - top > static_cast<std::ptrdiff_t>(row_bytes);) {
        end -= static_cast<std::ptrdiff_t>(row_bytes);
        std::swap_ranges(top, top + static_cast<std::ptrdiff_t>(row_bytes), end);
        top += static_cast<std::ptrdiff_t>(row_bytes);
    }
    SDL_Surface* const surface = SDL_CreateRGBSurfaceWithFormatFrom(pixels.data(),
                                                                    picture.width,
                                                                    picture.height,
                                                                    8 * bytes_per_pixel,
                                                                    static_cast<int>(row_bytes),
                                                                    SDL_PIXELFORMAT_RGB24);
    const bool is_saved = surface && IMG_SavePNG(surface, file.c_str()) == 0;
    SDL_FreeSurface(surface);
    return is_saved ? std::nullopt : std::optional<std::string>(SDL_GetError());
}
