#include "player.hpp"

#include "program/interrupt.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

using engine_net::Clock;
using engine_net::Time;
using namespace std::chrono_literals;

namespace {

constexpr engine_net::Duration frame_time{1'000'000 / 60};
constexpr auto farewell_time = 8s; // for which the window tells that the server has closed
constexpr float longest_frame_s = 0.1F;

engine_net::ClientConfig with_log(engine_net::ClientConfig config, engine_net::LogSink log) {
    config.log = std::move(log);
    return config;
}

} // namespace

Player::Player(const Settings& settings, engine_net::LogSink log, std::unique_ptr<Window> window)
    : settings_(settings)
    , window_(std::move(window))
    , game_(with_log(settings.client, std::move(log)), settings.entrance, settings.session_file)
    , pilot_(std::hash<std::string>{}(settings.client.name))
    , last_frame_(Clock::now()) {
    if (!window_) {
        game_.on_line([](const std::string& line) {
            std::printf("%s\n", line.c_str());
            std::fflush(stdout);
        });
    }
    game_.on_event([this](const arena::Event& event) {
        scene_.note(event);
    });
}

int Player::run() {
    for (Time now = last_frame_; !is_over(now); now = Clock::now()) {
        frame(now);
        const bool is_shown = window_ && window_->is_visible();
        if (!is_shown || !window_->waits()) Clock::sleep_until(now + frame_time);
    }
    if (const auto why = game_.failure()) {
        std::fprintf(stderr, "demo-client: %s\n", why->c_str());
        has_failed_ = true;
    }
    game_.leave();
    return has_failed_ ? 1 : 0;
}

bool Player::is_over(Time now) {
    if (program::interrupted() || keyboard_.wants_to_quit() || is_last_frame()) return true;
    if (!game_.has_ended()) return game_.failure().has_value();
    if (!ended_) ended_ = now;
    const bool has_reader = frames_ > 0 && window_ && window_->is_visible();
    return !has_reader || now - *ended_ > farewell_time;
}

void Player::frame(Time now) {
    const float seconds = std::chrono::duration<float>(now - last_frame_).count();
    const float step = std::min(seconds, longest_frame_s);
    last_frame_ = now;

    game_.poll(now, step);
    read_controls();
    if (game_.is_match_on()) {
        if (++frames_ == 1) say_hello();
        const engine_net::Tick tick = game_.client().server_tick(now);
        const bool steers = !settings_.entrance.watches;
        if (steers && (tick != last_tick_ || !settings_.has_autopilot)) {
            game_.send(settings_.has_autopilot ? pilot_.steer(arena::look(game_.client(), now))
                                               : keyboard_.input());
        }
        if (tick != std::exchange(last_tick_, tick)) keyboard_.forget_taps();
    }
    if (!window_) return;
    scene_.resize(window_->size().width, window_->size().height);
    if (game_.is_playing()) scene_.update(game_.client(), now, step);
    if (window_->is_visible() || is_last_frame()) draw();
}

/// Whoever can't see it reads that it has begun.
void Player::say_hello() const {
    if (window_) return;
    std::printf("demo-client: %s in room %u\n",
                game_.is_back() ? "back" : "playing",
                game_.client().room().value);
    std::fflush(stdout);
}

void Player::read_controls() {
    if (!window_ || !window_->is_visible()) return;
    for (SDL_Event event; SDL_PollEvent(&event) != 0;) keyboard_.note(event);
    if (const auto emote = keyboard_.take_emote()) game_.say(*emote);
}

void Player::draw() {
    Canvas canvas(window_->renderer());
    scene_.draw(canvas, game_.roster());
    hud_.draw(canvas, scene_, game_);
    canvas.flush();
    if (is_last_frame() && !settings_.screenshot.empty()) {
        if (const auto why = window_->save_png(settings_.screenshot)) {
            std::fprintf(stderr, "demo-client: can't save the screenshot: %s\n", why->c_str());
            has_failed_ = true;
        }
    }
    window_->present();
}
