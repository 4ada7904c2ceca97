#pragma once

#include "game_pads.hpp"
#include "gui.hpp"
#include "keyboard.hpp"
#include "model/game.hpp"
#include "rules/pilot.hpp"
#include "scene.hpp"
#include "screens/screens.hpp"
#include "settings.hpp"
#include "window/window.hpp"

#include <engine_net/clock.hpp>

#include <cstdint>
#include <memory>
#include <optional>

/// The program at play: joins game, window and controls, frame by frame.
class Player {
public:
    /// `window` may be null: then it plays unseen, by tape or autopilot.
    Player(Settings settings, engine_net::LogSink log, std::unique_ptr<Window> window);

    /// Plays until something ends it; the program's exit code.
    int run();

private:
    /// What needs a window.
    struct View {
        explicit View(std::unique_ptr<Window> opened, const Settings& settings)
            : window(std::move(opened))
            , gui(*window)
            , screens(MenuForm::of(settings.client), settings.net_hud, settings.shows_ghosts) {}

        std::unique_ptr<Window> window;
        Gui gui;
        Screens screens;
        Keyboard keyboard;
        GamePads pads;
    };

    void frame(engine_net::Time now);
    void play(engine_net::Time now, float seconds);
    void begin_session(const std::optional<Entrance>& entrance);
    void end_session();
    void count_frame();
    void cut_link();
    void say_hello() const;
    void read_controls();
    void steer(engine_net::Time now);
    [[nodiscard]] arena::Input next_input(engine_net::Time now, engine_net::Tick tick);
    void draw(engine_net::Time now);
    void follow(Screens::Wish wish);
    void save_screenshot();
    [[nodiscard]] bool is_over();
    [[nodiscard]] bool is_at_start() const;
    /// Windows take a few frames to find their sizes.
    [[nodiscard]] bool is_near_end() const {
        constexpr std::uint32_t few = 10;
        return frames_ > 0 && frames_ + few > settings_.frames;
    }
    [[nodiscard]] bool is_last_frame() const { return frames_ > 0 && frames_ == settings_.frames; }

    Settings settings_;
    std::optional<View> view_;
    std::unique_ptr<Game> game_; ///< null in the menu
    Scene scene_;
    arena::Pilot pilot_;
    engine_net::Time last_frame_;
    engine_net::Tick last_tick_;
    std::optional<engine_net::Tick> first_tick_; ///< of play, where the tape begins
    std::uint32_t frames_ = 0;                   ///< of the screen that it began with
    bool is_cut_ = false;                        ///< the link, for a picture of that
    bool wants_to_quit_ = false;
    bool has_failed_ = false;
};
