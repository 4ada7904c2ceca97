#pragma once

#include "lobby-watch/model/room_history.hpp"

#include <imgui.h>

#include <cstdint>

namespace watch {

/// The last minute of a room: what its ticks took, and beside it what came in and went out.
void draw_room_graphs(const RoomHistory& history, std::uint32_t tick_rate, ImVec2 size);

} // namespace watch
