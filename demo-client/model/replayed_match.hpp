#pragma once

#include "model/chat_log.hpp"
#include "model/roster.hpp"

#include <engine_net/replay.hpp>

#include "arena_generated.h"

#include <functional>
#include <memory>
#include <string>

/// A recorded match of the Arena as it is watched: what a `Game` is for one that runs.
class ReplayedMatch {
public:
    /// The error is a sentence, without the file's name.
    static engine_net::Result<std::unique_ptr<ReplayedMatch>, std::string>
    open(const std::string& file);

    /// Once a frame, which took `seconds`.
    void poll(engine_net::Time now, float seconds);
    /// How much of the match has passed in the last frame.
    [[nodiscard]] float match_seconds() const { return match_seconds_; }
    /// Whether what is shown does not follow from what was shown in the frame before.
    [[nodiscard]] bool has_jumped() const { return has_jumped_; }

    void toggle();
    void seek(engine_net::Duration position);
    void seek_by(engine_net::Duration way);
    /// By single ticks, standing still.
    void step(int ticks);
    /// Twice or half as fast, from a quarter to eight times as it was.
    void change_speed(bool is_faster);
    void set_speed(double speed);

    /// For each event that is played over, besides what the roster makes of it.
    void on_event(std::function<void(const arena::Event&)> handler) {
        handler_ = std::move(handler);
    }

    [[nodiscard]] const engine_net::Replay& replay() const { return *replay_; }
    [[nodiscard]] const Roster& roster() const { return roster_; }
    /// What was said up to the moment that is shown.
    [[nodiscard]] const ChatLog& chat() const { return chat_; }

private:
    explicit ReplayedMatch(std::unique_ptr<engine_net::Replay> replay);
    void jump();
    void recall_chat();

    std::unique_ptr<engine_net::Replay> replay_;
    Roster roster_;
    ChatLog chat_;
    std::function<void(const arena::Event&)> handler_;
    float match_seconds_ = 0;
    bool will_jump_ = false;
    bool has_jumped_ = false;
};

/// A line that tells what someone did: "ada: hello", "ada is here".
[[nodiscard]] std::string line_of(const engine_net::ReplayNote& note);
