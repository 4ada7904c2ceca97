#include "model/ready_words.hpp"

#include <algorithm>

using engine_net::RoomMember;
using engine_net::RoomPhase;

namespace {

constexpr std::int32_t ticks_per_second = 60; // of the demo's servers, unless they are told others

} // namespace

std::string heading_for(RoomPhase phase, std::int32_t ticks_to_start) {
    switch (phase) {
    case RoomPhase::waiting: return "Waiting for players";
    case RoomPhase::countdown: {
        const std::int32_t rounded_up = (ticks_to_start + ticks_per_second - 1) / ticks_per_second;
        return "The match begins in " + std::to_string(std::max(rounded_up, 0)) + " ...";
    }
    case RoomPhase::playing: return "The match is on";
    case RoomPhase::ended: return "The match is over: once more?";
    }
    return "";
}

std::string name_with_marks(const RoomMember& member, engine_net::PresenceId host, bool is_self) {
    std::string name = member.name;
    if (member.id == host) name += " \u2605";
    if (is_self) name += "  (you)";
    if (member.is_muted) name += "  (muted)";
    return name;
}

const char* state_of(const RoomMember& member) {
    if (!member.is_connected) return "away";
    if (member.is_spectator) return "watching";
    return member.is_ready ? "ready" : "not ready";
}
