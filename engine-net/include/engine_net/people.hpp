#pragma once

#include <engine_net/ids.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace engine_net {

/// How far a room is with its match. A room kind without `StartConfig` is `playing` all the time.
enum class RoomPhase : std::uint8_t {
    waiting,   ///< until enough are ready, or the host starts
    countdown, ///< the match begins at a known tick, unless someone is not ready any more
    playing,
    ended, ///< the game has said so; when all are ready again, there is another countdown
};

/// One of those who are in a room, as the others see it.
struct RoomMember {
    PresenceId id{};
    std::string user{};       ///< who it is to the server, over all sessions: see `Client::user`
    std::string name{};       ///< may be shown as it is; two may have the same
    std::uint32_t colour = 0; ///< of the avatar, 0xRRGGBB
    bool is_spectator = false;
    bool is_connected = true; ///< false: the link is lost, the seat held
    bool is_ready = false;
    bool is_muted = false;  ///< by the host; its chat in this room is refused
    std::uint32_t team = 0; ///< as matchmaking has it, from 0
    /// The round trip between it and the server, told every two seconds; 0: not known.
    std::chrono::milliseconds ping{0};
};

/// Where a user is, of what several sessions of one say the most.
enum class UserState : std::uint8_t {
    offline,
    away, ///< says so itself
    online,
    in_room,
    in_match, ///< in a room that is playing
};

/// A user as its friends see it.
struct UserSummary {
    std::string user;
    std::string name{};
    UserState state = UserState::offline;
    std::string status{}; ///< its own words, at most `max_status_bytes`
    RoomId room{};        ///< unset in none, and in a private one
};

/// What the host of a room may do, and everyone for oneself the first two.
enum class RoomVerb : std::uint8_t {
    ready,
    unready,
    start, ///< the countdown, whoever is ready
    kick,
    ban, ///< kick, and that user does not get in again
    mute,
    unmute,
    make_host,
    lock, ///< nobody else gets in
    unlock,
    reserve, ///< a seat: the answer's detail is a code for `Client::join_by_invite`
};

} // namespace engine_net
