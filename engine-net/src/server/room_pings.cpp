#include "server/room_pings.hpp"

#include <algorithm>
#include <cstdlib>

namespace engine_net {

void RoomPings::add(PresenceId who, std::uint16_t ms, PingKnowledge& knowledge) {
    const bool is_noticed = std::abs(ms - knowledge.told) > std::max(2, knowledge.told / 8);
    const bool is_changed = is_noticed && changed_.size() < wire::max_ping_lines;
    if (is_changed) knowledge.told = ms;
    const wire::PingLine line(who.value, knowledge.told);
    if (is_changed) changed_.push_back(line);
    if (all_.size() < wire::max_ping_lines) all_.push_back(line);
}

} // namespace engine_net
