#pragma once

#include "canvas.hpp"
#include "model/game.hpp"

#include <cstdint>

/// The small screens that say one thing, and the menu that Esc opens.
namespace pages {

enum class Choice : std::uint8_t { none, resume, leave_room, to_menu, quit };

/// While it connects, or waits for a seat.
Choice draw_waiting(Game& game);
/// Over the game as it was last, and below the windows: it comes back by itself.
void draw_reconnecting(Canvas& canvas, const Game& game, float time_s);
/// The session is over, and why.
Choice draw_closed(const Game& game);
Choice draw_pause(const Game& game);

} // namespace pages
