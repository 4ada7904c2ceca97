#include "player.hpp"

#include "program/interrupt.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

using engine_net::Clock;
using engine_net::Time;

namespace {

constexpr engine_net::Duration frame_time{1'000'000 / 60};
constexpr float longest_frame_s = 0.1F;

} // namespace

Player::Player(Settings settings, engine_net::LogSink log, std::unique_ptr<Window> window)
    : settings_(std::move(settings))
    , pilot_(std::hash<std::string>{}(settings_.client.name))
    , last_frame_(Clock::now()) {
    settings_.client.log = std::move(log);
    if (window) view_.emplace(std::move(window), settings_);
    if (settings_.start == Start::menu) return;
    const bool wants_room = settings_.start != Start::lobby;
    begin_session(wants_room ? std::optional(settings_.entrance) : std::nullopt);
}

void Player::begin_session(const std::optional<Entrance>& entrance) {
    game_ = std::make_unique<Game>(settings_.client, entrance, settings_.session_file);
    scene_ = {};
    first_tick_.reset();
    if (view_) view_->screens.begin_session();
    if (!view_) {
        game_->on_line([](const std::string& line) {
            std::printf("%s\n", line.c_str());
            std::fflush(stdout);
        });
    }
    game_->on_event([this](const arena::Event& event) {
        scene_.note(event);
    });
    if (view_) {
        game_->on_shot([this](const arena::ShipBody& ship) {
            scene_.fire(ship);
        });
    }
}

void Player::end_session() {
    if (game_) game_->leave();
    game_.reset();
}

int Player::run() {
    for (Time now = last_frame_; !is_over(); now = Clock::now()) {
        frame(now);
        const bool waits = view_ && view_->window->is_visible() && view_->window->waits();
        if (!waits) Clock::sleep_until(now + frame_time);
    }
    const auto why = game_ ? game_->failure() : std::nullopt;
    if (why && !wants_to_quit_) {
        std::fprintf(stderr, "demo-client: %s\n", why->c_str());
        has_failed_ = true;
    }
    end_session();
    return has_failed_ ? 1 : 0;
}

/// A player at a window reads what went wrong, and goes on from there.
bool Player::is_over() {
    if (program::interrupted() || wants_to_quit_ || is_last_frame()) return true;
    const bool has_reader = view_ && view_->window->is_visible() && settings_.frames == 0;
    if (has_reader || !game_) return false;
    return game_->stage() == Stage::closed || game_->failure().has_value();
}

void Player::frame(Time now) {
    const float seconds = std::chrono::duration<float>(now - last_frame_).count();
    const float step = std::min(seconds, longest_frame_s);
    last_frame_ = now;

    read_controls();
    if (game_) play(now, step);
    if (is_at_start()) count_frame();
    if (!view_) return;
    if (game_ && game_->stage() == Stage::match && !game_->is_suspended()) {
        if (game_->is_spectator()) scene_.follow(view_->screens.followed(*game_));
        scene_.show_ghosts(view_->screens.shows_ghosts());
        scene_.update(game_->client(), now, step);
    }
    view_->screens.update(game_.get(), now, step);
    if (view_->window->is_visible() || is_near_end()) draw(now);
}

/// The newest controls go first, so that what is shown in this frame has answered to them.
void Player::play(Time now, float seconds) {
    const std::uint64_t sent = game_->client().stats().inputs_sent;
    if (game_->stage() == Stage::match) steer(now);
    game_->poll(now, seconds);
    // A tick has what was tapped, or there is none that could.
    const bool is_taken = game_->client().stats().inputs_sent != sent;
    if (view_ && (is_taken || game_->is_suspended())) view_->keyboard.forget_taps();
}

/// It shows the screen that it was to begin with.
bool Player::is_at_start() const {
    if (!game_) return settings_.start == Start::menu;
    const Stage stage = game_->stage();
    switch (settings_.start) {
    case Start::menu: return false;
    case Start::lobby: return stage == Stage::lobby && game_->client().has_all_rooms();
    case Start::ready: return stage == Stage::ready;
    case Start::match: return stage == Stage::match;
    case Start::reconnect: return stage == Stage::match && game_->is_suspended();
    }
    return false;
}

void Player::count_frame() {
    if (++frames_ == 1 && settings_.start == Start::match) say_hello();
}

/// Whoever can't see it reads that it has begun.
void Player::say_hello() const {
    if (view_) return;
    std::printf("demo-client: %s in room %u\n",
                game_->is_back() ? "back" : "playing",
                game_->client().room().value);
    std::fflush(stdout);
}

void Player::read_controls() {
    if (!view_) return;
    for (SDL_Event event; SDL_PollEvent(&event) != 0;) {
        if (event.type == SDL_QUIT) wants_to_quit_ = true;
        const bool is_key = event.type == SDL_KEYDOWN && event.key.repeat == 0;
        if (is_key && event.key.keysym.sym == SDLK_F11) view_->window->toggle_full_screen();
        view_->gui.note(event);
        view_->pads.note(event);
        view_->screens.note(event, game_.get());
        if (view_->screens.leaves_keys() && !Gui::is_typing()) view_->keyboard.note(event);
    }
    const auto emote = view_->keyboard.take_emote();
    if (emote && game_) game_->say(*emote);
}

void Player::steer(Time now) {
    const engine_net::Tick tick = game_->client().server_tick(now);
    if (!first_tick_) first_tick_ = tick;
    if (settings_.start == Start::reconnect) cut_link();
    const bool is_new = tick != std::exchange(last_tick_, tick);
    if (game_->is_spectator()) return;
    if (is_new || !settings_.has_autopilot) game_->send(next_input(now, tick));
}

/// Once the match has been on for a while.
void Player::cut_link() {
    constexpr int ticks_of_play = 120;
    if (last_tick_ - *first_tick_ < ticks_of_play || std::exchange(is_cut_, true)) return;
    engine_net::LinkSimulation cut = game_->net_sim();
    cut.out.blackout = cut.in.blackout = true;
    game_->set_net_sim(cut);
}

arena::Input Player::next_input(Time now, engine_net::Tick tick) {
    if (settings_.tape) {
        return settings_.tape->at(static_cast<std::uint64_t>(std::max(tick - *first_tick_, 0)));
    }
    if (settings_.has_autopilot) return pilot_.steer(arena::look(game_->client(), now));
    if (!view_ || !view_->screens.leaves_keys() || Gui::is_typing()) return {0};
    const auto by_hand = view_->keyboard.input().buttons() | view_->pads.input().buttons();
    return {static_cast<std::uint8_t>(by_hand)};
}

void Player::draw(Time now) {
    view_->gui.begin_frame();
    const ImVec2 picture = ImGui::GetIO().DisplaySize;
    scene_.resize(static_cast<int>(picture.x), static_cast<int>(picture.y));
    Canvas canvas(*ImGui::GetBackgroundDrawList());
    const Screens::Wish wish = view_->screens.draw(canvas, scene_, game_.get(), now);
    canvas.flush();
    view_->gui.end_frame();
    if (is_last_frame() && !settings_.screenshot.empty()) save_screenshot();
    view_->window->present();
    follow(wish);
}

void Player::follow(Screens::Wish wish) {
    switch (wish) {
    case Screens::Wish::none: return;
    case Screens::Wish::quit: wants_to_quit_ = true; return;
    case Screens::Wish::to_menu: return end_session();
    case Screens::Wish::play:
    case Screens::Wish::browse: break;
    }
    MainMenu& menu = view_->screens.menu();
    if (const auto problem = menu.form().write_to(settings_.client)) return menu.complain(*problem);
    begin_session(wish == Screens::Wish::play ? std::optional(Entrance{}) : std::nullopt);
}

void Player::save_screenshot() {
    const auto why = view_->window->save_png(settings_.screenshot);
    if (!why) return;
    std::fprintf(stderr, "demo-client: can't save the screenshot: %s\n", why->c_str());
    has_failed_ = true;
}
