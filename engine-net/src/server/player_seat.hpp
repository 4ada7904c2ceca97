#pragma once

#include "room/room_instance.hpp"
#include "server/room_pings.hpp"
#include "session/input_meter.hpp"

#include <engine_net/ids.hpp>

#include <cstdint>

namespace engine_net {

/// A session's seat in a room, and what the server keeps for it.
struct PlayerSeat {
    RoomInstance* room = nullptr;
    PresenceId presence;
    InputMeter inputs{};
    std::uint64_t bytes_in = 0; ///< inputs and events
    PingKnowledge pings{};
};

} // namespace engine_net
