// The system's main is ours, not SDL's.
#define SDL_MAIN_HANDLED

#include "admin_source.hpp"
#include "layout_file.hpp"
#include "lobby-watch/model/replay_source.hpp"
#include "lobby-watch/screens/watch_screens.hpp"
#include "program/interrupt.hpp"
#include "program/log.hpp"
#include "settings.hpp"
#include "watch_gui.hpp"
#include "window/window.hpp"

#include <engine_net/clock.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

using namespace std::chrono_literals;
using engine_net::Clock;
using engine_net::Time;
using watch::WatchScreens;

namespace {

constexpr engine_net::Duration frame_time{1'000'000 / 60};
constexpr engine_net::Duration farewell_time = 1s;

WatchScreens::Servers servers_of(const Settings& settings, const engine_net::LogSink& log) {
    WatchScreens::Servers servers;
    servers.reserve(settings.servers.size());
    for (const ServerAddress& address : settings.servers) {
        engine_net::AdminClientConfig config;
        config.host = address.host;
        config.port = address.port;
        config.key = settings.key;
        config.log = log;
        servers.push_back(std::make_unique<watch::WatchedServer>(
            address.text(), std::make_unique<AdminSource>(config, settings.key_file)));
    }
    return servers;
}

/// Nothing, after the reason was said, if one of them can't be shown.
std::optional<WatchScreens::Servers> recordings_of(const Settings& settings) {
    WatchScreens::Servers recordings;
    recordings.reserve(settings.recordings.size());
    for (const std::string& file : settings.recordings) {
        auto replay = engine_net::Replay::open({file, {}});
        if (!replay) {
            std::fprintf(stderr,
                         "lobby-watch: can't show %s: %s\n",
                         file.c_str(),
                         replay.error().text.c_str());
            return std::nullopt;
        }
        (*replay)->seek(std::chrono::duration_cast<engine_net::Duration>(
            std::chrono::duration<double>(settings.from_s)));
        (*replay)->play();
        auto source = std::make_unique<watch::ReplaySource>(std::move(*replay));
        const engine_net::RoomId room = source->room();
        recordings.push_back(std::make_unique<watch::WatchedServer>(file, std::move(source)));
        recordings.back()->look_at(room);
    }
    return recordings;
}

std::unique_ptr<Window> open_window(const Settings& settings) {
    std::string why;
    auto window =
        settings.is_headless ? Window::open_hidden({}, why) : Window::open("lobby-watch", {}, why);
    if (!window) std::fprintf(stderr, "lobby-watch: no window (%s)\n", why.c_str());
    return window;
}

/// Whether one wants to go on.
bool read_events(Window& window, WatchGui& gui, WatchScreens& screens) {
    bool goes_on = true;
    for (SDL_Event event; SDL_PollEvent(&event) != 0;) {
        if (const auto shortcut = gui.note(event)) screens.press(*shortcut);
        if (event.type == SDL_QUIT) goes_on = false;
        if (event.type != SDL_KEYDOWN || event.key.repeat != 0) continue;
        const SDL_Keysym& key = event.key.keysym;
        if (key.sym == SDLK_F11) window.toggle_full_screen();
        if (key.sym == SDLK_q && (key.mod & KMOD_CTRL) != 0) goes_on = false;
    }
    return goes_on;
}

void leave(WatchScreens::Servers& servers) {
    for (const auto& server : servers) server->leave();
    const auto is_closed = [](const auto& server) {
        return server->source().state() != engine_net::AdminState::watching;
    };
    const Time deadline = Clock::now() + farewell_time;
    while (!std::ranges::all_of(servers, is_closed) && Clock::now() < deadline) {
        for (const auto& server : servers) server->update(Clock::now());
        Clock::sleep_until(Clock::now() + 5ms);
    }
}

int run(const Settings& settings, Window& window, WatchScreens::Servers servers) {
    const program::Log log(settings.log_level);
    const bool is_recorded = !settings.recordings.empty();
    if (!is_recorded) servers = servers_of(settings, log.sink());
    const auto scale =
        settings.scale > 0 ? static_cast<float>(settings.scale) : display_scale(window);
    // A picture is the same for everyone.
    WatchGui gui(window, scale, settings.frames > 0 ? "" : layout_file());
    WatchScreens screens(std::move(servers), settings.key_file);
    screens.show(is_recorded && settings.tab != watch::Tab::entities ? watch::Tab::room
                                                                     : settings.tab);
    if (settings.room > 0) screens.server().look_at({settings.room});

    int code = 0;
    std::uint32_t frames = 0;
    while (!program::interrupted() && read_events(window, gui, screens)) {
        const Time now = Clock::now();
        screens.update(now);
        gui.begin_frame();
        screens.draw();
        gui.end_frame();
        const bool is_last = settings.frames > 0 && ++frames == settings.frames;
        if (is_last && !settings.screenshot.empty()) {
            if (const auto why = window.save_png(settings.screenshot)) {
                std::fprintf(stderr, "lobby-watch: can't save the picture: %s\n", why->c_str());
                code = 1;
            }
        }
        window.present();
        if (is_last) break;
        if (!window.waits()) Clock::sleep_until(now + frame_time);
    }
    leave(screens.servers());
    return code;
}

} // namespace

int main(int argc, char** argv) {
    Settings settings;
    if (const auto code = read_settings(settings, argc, argv)) return *code;
    program::watch_interrupts();
    auto recordings = recordings_of(settings);
    if (!recordings) return 1;
    const auto window = open_window(settings);
    return window ? run(settings, *window, std::move(*recordings)) : 1;
}
