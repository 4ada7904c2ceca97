// The system's main is ours, not SDL's.
#define SDL_MAIN_HANDLED

#include "player.hpp"
#include "program/interrupt.hpp"
#include "program/log.hpp"
#include "replay_viewer.hpp"
#include "settings.hpp"
#include "window/window.hpp"

#include <cstdio>
#include <memory>
#include <string>
#include <utility>

namespace {

/// What to do where no window can be opened.
const char* way_out(const Settings& settings) {
    return settings.is_headless
               ? "a screenshot without a display takes Mesa's OpenGL (Debian's libegl-mesa0 and "
                 "libgl1-mesa-dri); or leave out --headless on a display such as Xvfb's"
               : "--headless needs none";
}

} // namespace

int main(int argc, char** argv) {
    Settings settings;
    if (const auto code = read_settings(settings, argc, argv)) return *code;
    program::watch_interrupts();

    std::unique_ptr<ReplayedMatch> match;
    if (!settings.replay.empty()) {
        auto opened = ReplayedMatch::open(settings.replay);
        if (!opened) {
            std::fprintf(stderr,
                         "demo-client: can't show %s: %s\n",
                         settings.replay.c_str(),
                         opened.error().c_str());
            return 1;
        }
        match = std::move(*opened);
    }
    std::unique_ptr<Window> window;
    const bool has_picture = !settings.is_headless || !settings.screenshot.empty();
    if (has_picture) {
        std::string why;
        window =
            settings.is_headless ? Window::open_hidden({}, why) : Window::open("Arena", {}, why);
        if (!window) {
            std::fprintf(
                stderr, "demo-client: no window (%s); %s\n", why.c_str(), way_out(settings));
            return 1;
        }
    }
    if (match) return ReplayViewer(std::move(settings), std::move(match), std::move(window)).run();
    const program::Log log(settings.log_level);
    return Player(std::move(settings), log.sink(), std::move(window)).run();
}
