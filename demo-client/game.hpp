#pragma once

#include "entrance.hpp"
#include "roster.hpp"
#include "session_file.hpp"

#include <engine_net/client.hpp>

#include "arena_generated.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

/// One player's stay: connects, takes a seat in a room and keeps it.
class Game {
public:
    /// A session that `session_file` has comes before the entrance.
    Game(engine_net::ClientConfig config, Entrance entrance, const std::string& session_file);

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

    /// For each line that tells what people do and say.
    void on_line(std::function<void(const std::string&)> handler) { line_ = std::move(handler); }

    /// It is in a room.
    [[nodiscard]] bool is_playing() const;
    /// The room's match is on.
    [[nodiscard]] bool is_match_on() const;
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
    void enter();
    void note_join(const engine_net::JoinResult& result);
    void listen();
    void note_people();
    [[nodiscard]] std::string room_channel() const;
    void tell(const std::string& line);

    engine_net::ClientConfig config_;
    Entrance entrance_;
    std::string address_;
    SessionFile session_file_;
    bool is_back_ = false;
    std::unique_ptr<engine_net::Client> client_;
    Roster roster_;
    std::function<void(const arena::Event&)> handler_;
    std::function<void(const std::string&)> line_;
    std::optional<std::string> no_seat_; ///< why there is none
    std::string waiting_;                ///< for a match: how it stands
    engine_net::RoomPhase phase_ = engine_net::RoomPhase::playing;
    std::map<engine_net::PresenceId, std::string> people_; ///< who were in the room so far
};
