#pragma once

#include <engine_net/client.hpp>
#include <engine_net/people.hpp>

#include <cstdint>

/// Where a player is on its way into a match. Each stage has a screen of its own.
enum class Stage : std::uint8_t {
    connecting,
    lobby,   ///< chooses a room
    joining, ///< has asked for one, or waits in the queue
    ready,   ///< in a room whose match is not on
    match,
    closed, ///< the session is over
};

[[nodiscard]] constexpr Stage stage_of(engine_net::ClientState state,
                                       bool is_joining,
                                       bool is_in_room,
                                       engine_net::RoomPhase phase) {
    using engine_net::ClientState;
    if (state == ClientState::closed) return Stage::closed;
    if (is_in_room) return phase == engine_net::RoomPhase::playing ? Stage::match : Stage::ready;
    if (state == ClientState::connecting) return Stage::connecting;
    return is_joining ? Stage::joining : Stage::lobby;
}
