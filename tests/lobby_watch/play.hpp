#pragma once

#include "lobby-watch/screens/watch_screens.hpp"
#include "lobby_watch/fake_source.hpp"
#include "lobby_watch/imgui_stage.hpp"

#include <engine_net/clock.hpp>

#include <chrono>
#include <memory>
#include <utility>

/// A server with three rooms, of which "Moon base" has Ada and Grace in it, and a late tick.
std::unique_ptr<FakeSource> busy_source();

/// lobby-watch without its window.
struct Play {
    FakeSource* source = nullptr; ///< the first server's
    engine_net::Time now{std::chrono::seconds(1)};
    watch::WatchScreens screens;
    ImguiStage stage;

    explicit Play(std::unique_ptr<FakeSource> first = busy_source())
        : source(first.get())
        , screens(servers_with(std::move(first)), "/keys/admin.key")
        , stage([this] {
            draw();
        }) {
        stage.settle();
    }

    static watch::WatchScreens::Servers servers_with(std::unique_ptr<FakeSource> first);
    void draw() {
        now += std::chrono::microseconds(16'667);
        screens.update(now);
        screens.draw();
    }
    [[nodiscard]] bool is_above(const char* upper, const char* lower) const {
        const auto above = stage.find(upper);
        const auto below = stage.find(lower);
        return above && below && above->y < below->y;
    }
    void press(watch::Shortcut shortcut) {
        screens.press(shortcut);
        stage.settle();
    }
    /// Long enough for what is sorted and filtered only now and then.
    void wait() {
        for (int i = 0; i < 20; ++i) stage.frame();
    }
};
