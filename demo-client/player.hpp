#pragma once

#include "game.hpp"
#include "hud.hpp"
#include "keyboard.hpp"
#include "rules/pilot.hpp"
#include "scene.hpp"
#include "settings.hpp"
#include "window.hpp"

#include <engine_net/clock.hpp>

#include <cstdint>
#include <memory>

/// The program at play: joins game, window and controls, frame by frame.
class Player {
public:
    /// `window` may be null.
    Player(const Settings& settings, engine_net::LogSink log, std::unique_ptr<Window> window);

    /// Plays until something ends it; the program's exit code.
    int run();

private:
    void say_hello() const;
    void read_controls();
    void frame(engine_net::Time now);
    void draw();
    [[nodiscard]] bool is_over(engine_net::Time now);
    [[nodiscard]] bool is_last_frame() const { return frames_ > 0 && frames_ == settings_.frames; }

    Settings settings_;
    std::unique_ptr<Window> window_;
    Game game_;
    Scene scene_;
    Hud hud_;
    Keyboard keyboard_;
    arena::Pilot pilot_;
    engine_net::Time last_frame_;
    engine_net::Tick last_tick_;
    std::optional<engine_net::Time> ended_;
    std::uint32_t frames_ = 0; ///< of play
    bool has_failed_ = false;
};
