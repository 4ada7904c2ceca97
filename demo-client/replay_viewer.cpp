#include "replay_viewer.hpp"

#include "hud.hpp"
#include "model/spectating.hpp"
#include "program/interrupt.hpp"
#include "program/replay_time.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using engine_net::Clock;
using engine_net::Duration;
using engine_net::Time;

namespace {

constexpr Duration frame_time{1'000'000 / 60};
constexpr float longest_frame_s = 0.1F;
constexpr Duration small_step = 5s;
constexpr Duration large_step = 30s;

} // namespace

ReplayViewer::ReplayViewer(Settings settings,
                           std::unique_ptr<ReplayedMatch> match,
                           std::unique_ptr<Window> window)
    : settings_(std::move(settings))
    , match_(std::move(match))
    , last_frame_(Clock::now())
    , shows_field_(settings_.shows_field) {
    if (window) view_.emplace(std::move(window));
    match_->on_event([this](const arena::Event& event) {
        scene_.note(event);
    });
    match_->set_speed(settings_.replay_speed);
    match_->seek(std::chrono::duration_cast<Duration>(
        std::chrono::duration<double>(settings_.replay_from_s)));
    match_->toggle();
}

int ReplayViewer::run() {
    if (!view_) {
        const auto& summary = match_->replay().summary();
        std::printf("demo-client: plays %s, %s of room %s\n",
                    settings_.replay.c_str(),
                    program::time_text(summary.duration).c_str(),
                    summary.room_name.c_str());
    }
    for (Time now = last_frame_; !is_over(); now = Clock::now()) {
        frame(now);
        const bool waits = view_ && view_->window->is_visible() && view_->window->waits();
        if (!waits) Clock::sleep_until(now + frame_time);
    }
    const std::string& problem = match_->replay().problem();
    if (!problem.empty())
        std::fprintf(stderr, "demo-client: %s: %s\n", settings_.replay.c_str(), problem.c_str());
    return has_failed_ ? 1 : 0;
}

/// At a window one may go back from the end.
bool ReplayViewer::is_over() {
    if (program::interrupted() || wants_to_quit_ || is_last_frame()) return true;
    const bool has_watcher = view_ && (view_->window->is_visible() || settings_.frames > 0);
    return !has_watcher && match_->replay().is_at_end() && frames_ > 0;
}

void ReplayViewer::frame(Time now) {
    const float seconds = std::chrono::duration<float>(now - last_frame_).count();
    last_frame_ = now;
    read_controls();
    match_->poll(now, std::min(seconds, longest_frame_s));
    ++frames_;
    if (!view_) return print_notes();
    if (match_->has_jumped()) scene_ = {};
    follow();
    scene_.update(match_->replay(), now, match_->match_seconds());
    draw();
}

void ReplayViewer::read_controls() {
    if (!view_) return;
    for (SDL_Event event; SDL_PollEvent(&event) != 0;) {
        if (event.type == SDL_QUIT) wants_to_quit_ = true;
        if (event.type == SDL_KEYDOWN) press(event.key.keysym);
        view_->gui.note(event);
    }
}

void ReplayViewer::press(const SDL_Keysym& key) {
    if (press_time(key)) return;
    switch (key.sym) {
    case SDLK_TAB: follow_steps_ += (key.mod & KMOD_SHIFT) != 0 ? -1 : 1; return;
    case SDLK_f: shows_field_ = !shows_field_; return;
    case SDLK_h: hides_bar_ = !hides_bar_; return;
    case SDLK_F11: return view_->window->toggle_full_screen();
    case SDLK_ESCAPE: wants_to_quit_ = true; return;
    default: return;
    }
}

/// False: it is no key that has to do with time.
bool ReplayViewer::press_time(const SDL_Keysym& key) {
    const Duration way = (key.mod & KMOD_SHIFT) != 0 ? large_step : small_step;
    switch (key.sym) {
    case SDLK_SPACE: match_->toggle(); return true;
    case SDLK_LEFT: match_->seek_by(-way); return true;
    case SDLK_RIGHT: match_->seek_by(way); return true;
    case SDLK_HOME: match_->seek(Duration(0)); return true;
    case SDLK_END: match_->seek(match_->replay().summary().duration); return true;
    case SDLK_COMMA: match_->step(-1); return true;
    case SDLK_PERIOD: match_->step(1); return true;
    case SDLK_UP: match_->change_speed(true); return true;
    case SDLK_DOWN: match_->change_speed(false); return true;
    default: return false;
    }
}

/// The best player first, and then the one who is chosen.
void ReplayViewer::follow() {
    const auto& lines = match_->roster().lines();
    std::vector<std::uint32_t> players;
    players.reserve(lines.size());
    for (const Roster::Line& line : lines) players.push_back(line.player);
    const int steps = std::exchange(follow_steps_, 0);
    if (steps != 0) shows_field_ = false;
    if (followed_ == 0 && !players.empty()) followed_ = players.front();
    followed_ = next_followed(players, followed_, steps);
    scene_.follow(followed_);
    scene_.show_field(shows_field_, taken());
}

void ReplayViewer::draw() {
    view_->gui.begin_frame();
    const ImVec2 picture = ImGui::GetIO().DisplaySize;
    scene_.resize(static_cast<int>(picture.x), static_cast<int>(picture.y));
    Canvas canvas(*ImGui::GetBackgroundDrawList());
    scene_.draw(canvas, match_->roster());
    Hud::draw_watched(canvas, scene_, match_->roster(), taken());
    canvas.flush();
    view_->chat.draw_said(match_->chat(), taken());
    if (!hides_bar_) view_->bar.draw(*match_);
    view_->gui.end_frame();
    if (is_last_frame() && !settings_.screenshot.empty()) save_screenshot();
    view_->window->present();
}

void ReplayViewer::print_notes() {
    const auto& replay = match_->replay();
    const auto& notes = replay.notes();
    while (printed_notes_ < notes.size() && notes[printed_notes_].at <= replay.position()) {
        const auto& note = notes[printed_notes_++];
        std::printf("%s %s\n", program::time_text(note.at).c_str(), line_of(note).c_str());
    }
    std::fflush(stdout);
}

void ReplayViewer::save_screenshot() {
    const auto why = view_->window->save_png(settings_.screenshot);
    if (!why) return;
    std::fprintf(stderr, "demo-client: can't save the screenshot: %s\n", why->c_str());
    has_failed_ = true;
}
