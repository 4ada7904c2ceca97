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
    pause_graph,
    next_server,
    find,
    save,
};

} // namespace watch
