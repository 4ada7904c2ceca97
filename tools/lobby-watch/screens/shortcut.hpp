#pragma once

#include <cstdint>

namespace watch {

/// What a key does wherever one is.
enum class Shortcut : std::uint8_t {
    help,
    lobbies,
    room,
    time,
    entities,
    bytes,
    pause_graph,
    next_server,
    find,
    save,
    kick, ///< who is chosen in the room
    // Of a recording, which `pause_graph` plays and pauses.
    back,
    on,
    tick_back,
    tick_on,
    to_begin,
    to_end,
    faster,
    slower,
};

} // namespace watch
