#pragma once

#include "core/bytes.hpp"

#include <engine_net/lobby.hpp>
#include <engine_net/people.hpp>
#include <engine_net/room_query.hpp>

#include "control_generated.h"

#include <flatbuffers/flatbuffers.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace engine_net::wire {

/// Bytes of the secret that resumes a session.
inline constexpr std::size_t secret_bytes = 16;

/// The envelope in `bytes`, or null: not FlatBuffers of ours, deeper or larger than any message of
/// ours, text that is not UTF-8, or a number out of its range. It lives as long as `bytes`.
const Envelope* decode_control(Bytes bytes);

/// Gives a message of our own another place in the log than it was encoded with.
void set_offset(std::span<std::uint8_t> message, std::uint32_t offset);

/// The news in `bytes`, or null, as `decode_control`.
const RoomNews* decode_room_news(Bytes bytes);
const RoomPeople* decode_room_people(Bytes bytes);
const ChannelNews* decode_channel_news(Bytes bytes);
const UserNews* decode_user_news(Bytes bytes);
/// What a sound line is of.
RoomSummary summary_of(const RoomLine& line);

RoomMember member_of(const Member& member);
UserSummary summary_of(const UserLine& line);
RoomQuery query_of(const FindRooms& find);
/// What is absent is empty.
std::string_view view_of(const flatbuffers::String* text);
Bytes view_of(const flatbuffers::Vector<std::uint8_t>* bytes);

} // namespace engine_net::wire
