#pragma once

#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>
#include <engine_net/people.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net {

/// Why a presence left its room.
enum class LeaveReason : std::uint8_t {
    left,           ///< the player asked to
    timed_out,      ///< silent for longer than the session timeout and the grace time
    kicked,         ///< by the game or the room's host
    room_closed,    ///< the room ended
    server_closing, ///< the server ends
    protocol_error, ///< sent what no client of ours sends
    node_lost,      ///< the server of a cluster that the room was on is gone
};
/// One sentence for a person.
std::string_view message(LeaveReason reason);

/// One line of the lobby list.
struct RoomSummary {
    RoomId id;
    std::string kind;
    std::string name;
    std::uint32_t players = 0;
    std::uint32_t capacity = 0;
    Duration age{0};
    bool has_password = false;
    bool is_locked = false; ///< by its game or host: nobody gets in at present
    std::uint32_t spectators = 0;
    RoomPhase phase = RoomPhase::playing;
    /// What its creator or host says of it besides: a FlatBuffers table of the game's, see
    /// `RoomKindConfig::metadata`; empty: nothing.
    std::vector<std::uint8_t> metadata{};
    /// The other server of a cluster that it runs on, as its operator calls it; "": the one that
    /// was asked.
    std::string node{};
    /// That server is not heard at present: the room may be another by now, or gone.
    bool is_uncertain = false;
};

/// How a room is to be that a player opens.
struct RoomOptions {
    std::string name{};         ///< one that can't be shown is replaced by the kind and a number
    std::uint32_t capacity = 0; ///< seats; 0: the kind's own, which is the most
    /// In no list, and found by no search: whoever is to come needs its invite code.
    bool is_private = false;
    std::string password{}; ///< at most `max_password_bytes`; "": none
    /// See `RoomSummary::metadata`; at most `max_metadata_bytes`.
    std::vector<std::uint8_t> metadata{};
};

} // namespace engine_net
