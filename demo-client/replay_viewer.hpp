#pragma once

#include "gui.hpp"
#include "model/replayed_match.hpp"
#include "scene.hpp"
#include "screens/match_chat.hpp"
#include "screens/replay_bar.hpp"
#include "settings.hpp"
#include "window/window.hpp"

#include <engine_net/clock.hpp>

#include <SDL.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

/// The program as it shows a recording: joins match, window and controls, frame by frame.
class ReplayViewer {
public:
    /// `window` may be null: then it prints what people did, as it is played.
    ReplayViewer(Settings settings,
                 std::unique_ptr<ReplayedMatch> match,
                 std::unique_ptr<Window> window);

    /// Shows it until something ends it; the program's exit code.
    int run();

private:
    /// What needs a window.
    struct View {
        explicit View(std::unique_ptr<Window> opened) : window(std::move(opened)), gui(*window) {}

        std::unique_ptr<Window> window;
        Gui gui;
        ReplayBar bar;
        MatchChat chat;
    };

    void frame(engine_net::Time now);
    void read_controls();
    void press(const SDL_Keysym& key);
    bool press_time(const SDL_Keysym& key);
    void follow();
    void draw();
    void print_notes();
    void save_screenshot();
    [[nodiscard]] bool is_over();
    /// Of the picture's lower edge, in pixels.
    [[nodiscard]] float taken() const { return hides_bar_ ? 0 : ReplayBar::height(); }
    [[nodiscard]] bool is_last_frame() const { return frames_ > 0 && frames_ == settings_.frames; }

    Settings settings_;
    std::unique_ptr<ReplayedMatch> match_;
    std::optional<View> view_;
    Scene scene_;
    engine_net::Time last_frame_;
    std::uint32_t followed_ = 0;
    int follow_steps_ = 0; ///< to the next players, that are due
    std::size_t printed_notes_ = 0;
    std::uint32_t frames_ = 0;
    bool shows_field_ = false;
    bool hides_bar_ = false;
    bool wants_to_quit_ = false;
    bool has_failed_ = false;
};
