#pragma once

#include "control_generated.h"

#include <cstddef>

namespace engine_net::wire {

/// Lines in one message of news, of whatever.
inline constexpr std::size_t max_lines = 64;

/// What the verifier does not look at, of a verified message: that texts are UTF-8 and as short as
/// may be, lists no longer, enums known.
bool is_sound(const Envelope& envelope);
bool is_sound(const RoomNews& news);
bool is_sound(const RoomPeople& people);
bool is_sound(const ChannelNews& news);
bool is_sound(const UserNews& news);

} // namespace engine_net::wire
