#pragma once

#include "lobby_bot.hpp"
#include "notice_board.hpp"
#include "settings.hpp"
#include "tally.hpp"

#include <engine_net/log.hpp>

#include <atomic>
#include <cstddef>
#include <deque>
#include <thread>
#include <vector>

/// All bots, in threads of their own. They go on until `wind_down`.
class Crowd {
public:
    /// Starts at once.
    Crowd(const Settings& settings, const engine_net::LogSink& log);
    ~Crowd();
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;

    /// Nobody begins anything new. After it wait for `settled` to be all.
    void wind_down() { stage_ = Stage::winding_down; }
    /// Bots that are online and wait for nothing.
    [[nodiscard]] std::size_t settled() const { return settled_; }
    [[nodiscard]] std::size_t in_rooms() const { return in_rooms_; }
    /// Everyone leaves; waits for it.
    void finish();

    // After `finish`.

    /// What each knew when it was told to leave.
    [[nodiscard]] std::vector<BotBooks> books() const;
    [[nodiscard]] Tally tally() const;

private:
    enum class Stage { playing, winding_down, leaving };
    /// What one thread plays.
    struct Group {
        std::deque<LobbyBot> bots{};
        std::vector<BotBooks> books{};
        std::thread thread{};
    };

    void play(Group& group);
    void leave(Group& group);

    NoticeBoard board_;
    std::deque<Group> groups_;
    std::atomic<Stage> stage_{Stage::playing};
    std::atomic<std::size_t> settled_{0};
    std::atomic<std::size_t> in_rooms_{0};
};
