#pragma once

#include "roster.hpp"
#include "session_file.hpp"

#include <engine_net/client.hpp>

#include "arena_generated.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

/// One player's stay: connects, takes a seat in a room and keeps it.
class Game {
public:
    /// `room` unset: the fullest one with a free seat, or a new one. A session that
    /// `session_file` has comes first.
    Game(engine_net::ClientConfig config, engine_net::RoomId room, const std::string& session_file);

    /// Once a frame.
    void poll(engine_net::Time now, float seconds);
    void send(const arena::Input& input) { client_->send_input(input); }
    void say(arena::Emote emote);
    /// Leaves politely, within a second.
    void leave();
    /// For each event from the room, besides what the roster makes of it.
    void on_event(std::function<void(const arena::Event&)> handler) {
        handler_ = std::move(handler);
    }

    [[nodiscard]] bool is_playing() const;
    [[nodiscard]] bool has_ended() const;
    /// What to tell the player instead of, or beside, the game; empty when all is well.
    [[nodiscard]] std::string notice() const;
    /// Why it ended, if that is to be called a failure.
    [[nodiscard]] std::optional<std::string> failure() const;

    /// It plays on what a process before it had begun.
    [[nodiscard]] bool is_back() const { return is_back_; }
    [[nodiscard]] const engine_net::Client& client() const { return *client_; }
    [[nodiscard]] const Roster& roster() const { return roster_; }

private:
    void connect();
    void start_over();
    void note_join(const engine_net::JoinResult& result);

    engine_net::ClientConfig config_;
    engine_net::RoomId room_;
    std::string address_;
    SessionFile session_file_;
    bool is_back_ = false;
    std::unique_ptr<engine_net::Client> client_;
    Roster roster_;
    std::function<void(const arena::Event&)> handler_;
    std::optional<std::string> no_seat_; ///< why there is none
};
