#include "window.hpp"

#include <SDL_image.h>

namespace {

/// SDL falls back to drivers that show nothing, which nobody would understand.
bool has_display() {
    const std::string driver = SDL_GetCurrentVideoDriver();
    return SDL_getenv("SDL_VIDEODRIVER") || (driver != "dummy" && driver != "offscreen");
}

} // namespace

std::unique_ptr<Window> Window::open(const char* title, Size size, std::string& why) {
    std::unique_ptr<Window> window(new Window);
    window->has_video_ = SDL_Init(SDL_INIT_VIDEO) == 0;
    if (window->has_video_ && !has_display()) {
        why = "there is no display";
        return nullptr;
    }
    if (window->has_video_) {
        constexpr int anywhere = SDL_WINDOWPOS_CENTERED;
        const Uint32 flags = SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI;
        window->window_ =
            SDL_CreateWindow(title, anywhere, anywhere, size.width, size.height, flags);
    }
    if (window->window_) {
        window->renderer_ = SDL_CreateRenderer(window->window_, -1, SDL_RENDERER_PRESENTVSYNC);
    }
    if (window->renderer_) return window;
    why = SDL_GetError();
    return nullptr;
}

std::unique_ptr<Window> Window::open_hidden(Size size, std::string& why) {
    std::unique_ptr<Window> window(new Window);
    window->surface_ =
        SDL_CreateRGBSurfaceWithFormat(0, size.width, size.height, 32, SDL_PIXELFORMAT_ARGB8888);
    if (window->surface_) window->renderer_ = SDL_CreateSoftwareRenderer(window->surface_);
    if (window->renderer_) return window;
    why = SDL_GetError();
    return nullptr;
}

Window::~Window() {
    if (renderer_) SDL_DestroyRenderer(renderer_);
    if (window_) SDL_DestroyWindow(window_);
    SDL_FreeSurface(surface_);
    if (has_video_) SDL_Quit();
}

Window::Size Window::size() const {
    Size size;
    SDL_GetRendererOutputSize(renderer_, &size.width, &size.height);
    return size;
}

bool Window::waits() const {
    SDL_RendererInfo info{};
    SDL_GetRendererInfo(renderer_, &info);
    return (info.flags & SDL_RENDERER_PRESENTVSYNC) != 0;
}

std::optional<std::string> Window::save_png(const std::string& file) {
    const Size picture = size();
    SDL_Surface* copy = SDL_CreateRGBSurfaceWithFormat(
        0, picture.width, picture.height, 32, SDL_PIXELFORMAT_ARGB8888);
    const bool is_saved =
        copy &&
        SDL_RenderReadPixels(renderer_, nullptr, copy->format->format, copy->pixels, copy->pitch) ==
            0 &&
        IMG_SavePNG(copy, file.c_str()) == 0;
    SDL_FreeSurface(copy);
    return is_saved ? std::nullopt : std::optional<std::string>(SDL_GetError());
}
