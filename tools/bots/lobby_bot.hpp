#pragma once

#include "notice_board.hpp"
#include "rules/dice.hpp"
#include "rules/pilot.hpp"
#include "tally.hpp"

#include <engine_net/client.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// What a bot believes about itself at the end.
struct BotBooks {
    std::string user{}; ///< "": it is not on the server
    engine_net::RoomId room{};
    engine_net::PresenceId presence{};
    std::set<engine_net::PresenceId> members{}; ///< of its room
};

/// A player who is at the lobby as much as in matches: it arrives, queues, opens rooms and looks
/// for some, gets ready, plays, chats, crashes and comes back, leaves, and arrives again.
/// Everything goes through the public `Client`.
class LobbyBot {
public:
    /// It arrives at `arrival`. With `only_plays` it joins an Arena, and flies there. Where
    /// `servers_come_and_go` it may find nobody when it arrives.
    LobbyBot(engine_net::ClientConfig config,
             std::uint64_t seed,
             engine_net::Time arrival,
             bool only_plays,
             bool servers_come_and_go,
             NoticeBoard& board);

    /// Call it some 60 times a second.
    void poll(engine_net::Time now);
    /// From now on it begins nothing new, and ends what goes on but its stay in a room.
    void wind_down();
    /// It is online, and waits for no answer.
    [[nodiscard]] bool is_settled() const;
    [[nodiscard]] bool is_in_room() const;
    void leave();
    [[nodiscard]] bool has_left() const;

    [[nodiscard]] BotBooks books() const;
    [[nodiscard]] const Tally& tally() const { return tally_; }

private:
    void connect(engine_net::Time now);
    void crash(engine_net::Time now);
    void note_end(engine_net::Time now);
    void listen(const std::string& channel, std::optional<engine_net::ChannelPosition> position);
    void hear(const engine_net::ChannelMessage& message);

    void act(engine_net::Time now);
    void act_in_lobby(engine_net::Time now);
    void act_in_room(engine_net::Time now);
    void command_as_host();
    void queue_up();
    void open_room();
    void pick_room();
    void enter_one_of(const std::vector<engine_net::RoomSummary>& rooms);
    void fly(engine_net::Time now);
    void say(const std::string& channel, const std::string& text);

    engine_net::Client::JoinHandler joining();
    void note_join(const engine_net::JoinResult& result);
    engine_net::ResultHandler answering(const char* what);
    void wait(engine_net::Time now, int least_ms, int most_ms);

    engine_net::ClientConfig config_;
    arena::Dice dice_;
    arena::Pilot pilot_;
    bool only_plays_;
    bool servers_come_and_go_;
    NoticeBoard& board_;
    Tally tally_;

    std::unique_ptr<engine_net::Client> client_; ///< null: not there
    std::string token_;                          ///< of the crashed one
    engine_net::Time next_;                      ///< when it does something again
    engine_net::Time crash_time_{};
    engine_net::Time called_{}; ///< the server, or lost it, last time
    std::uint64_t resumes_ = 0; ///< of this client
    engine_net::Time leave_room_time_{};
    engine_net::Time now_{};
    int pending_ = 0;         ///< answers
    bool was_online_ = false; ///< this client
    bool is_queued_ = false;
    bool is_winding_down_ = false;
    bool is_leaving_ = false;
    bool is_departing_ = false; ///< to come again later
    std::optional<engine_net::ChannelPosition> lobby_position_;
    std::uint64_t last_heard_ = 0; ///< number in the lobby
    engine_net::RoomPhase last_phase_ = engine_net::RoomPhase::playing;
    engine_net::Tick last_tick_;
};
