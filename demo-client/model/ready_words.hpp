#pragma once

#include <engine_net/people.hpp>

#include <cstdint>
#include <string>

/// What stands above a room whose match begins in so many ticks, if it is counted down.
[[nodiscard]] std::string heading_for(engine_net::RoomPhase phase, std::int32_t ticks_to_start);
/// "Ada (you)", with a star if it is the host.
[[nodiscard]] std::string
name_with_marks(const engine_net::RoomMember& member, engine_net::PresenceId host, bool is_self);
/// How it stands with one who is in the room, in a word or two.
[[nodiscard]] const char* state_of(const engine_net::RoomMember& member);
