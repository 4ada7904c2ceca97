#pragma once

#include <engine_net/admin.hpp>

#include <cstdint>
#include <string_view>

namespace watch {

/// What one should know of a room or a member, the worst last.
enum class Trouble : std::uint8_t {
    none,
    full,
    paused,
    far,      ///< a round trip that one feels
    slow,     ///< more than half of a tick's period in a tick of a hundred
    behind,   ///< acks too little, or too much waits for it
    very_far, ///< a round trip that spoils the game
    too_slow, ///< more than the whole of it
    away,     ///< its link is lost
};

/// "" for none; a few words otherwise.
std::string_view message(Trouble trouble);
/// Whether it spoils the game for someone.
bool is_bad(Trouble trouble);

Trouble trouble_of(const engine_net::AdminRoom& room, std::uint32_t tick_rate);
Trouble trouble_of(const engine_net::AdminMember& member, std::uint32_t tick_rate);
/// Of microseconds that a tick took; none where the rate is not known.
Trouble trouble_of_tick(std::uint64_t us, std::uint32_t tick_rate);
Trouble trouble_of_round_trip(engine_net::Duration round_trip);

} // namespace watch
