#pragma once

#include "core/bytes.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>

#include "nodes_generated.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net::wire {

// Messages from a server of a cluster to another: see `nodes.fbs`.

std::vector<std::uint8_t> encode_watch_feed(RoomId room, bool is_wanted);
std::vector<std::uint8_t> encode_feed_piece(Bytes piece);

std::vector<std::uint8_t> encode_session_moved(SessionId session);

/// Who waits for a match.
struct WaitingPlayer {
    SessionId session{};
    std::uint32_t request = 0;
    std::string kind{};
    std::string name{};
    double rank = 0;
    std::map<std::string, std::string> properties{};
    std::string party{};
    std::uint32_t party_size = 1;
};
std::vector<std::uint8_t> encode_waiting(const WaitingPlayer& player);
std::vector<std::uint8_t> encode_not_waiting(SessionId session);
std::vector<std::uint8_t> encode_wait_over(SessionId session,
                                           std::uint32_t request,
                                           tables::WaitEnd end,
                                           std::string_view invite);
std::vector<std::uint8_t> encode_wait_progress(SessionId session,
                                               std::uint32_t request,
                                               std::uint32_t waiting,
                                               std::uint32_t needed,
                                               Duration waited,
                                               double window);

/// `problem`: why it was not; empty: it was.
std::vector<std::uint8_t> encode_room_taken(RoomId room, const std::string& problem);
std::vector<std::uint8_t> encode_seat_gone(RoomId room, PresenceId who);
std::vector<std::uint8_t> encode_late_event(RoomId room, PresenceId who, Bytes event);

/// Null: no such message, or text that can't be. It lives as long as `bytes`, which are aligned as
/// a FlatBuffer must be.
const tables::NodeMessage* decode_node_message(Bytes bytes);
/// What a sound message tells.
WaitingPlayer player_of(const tables::Waiting& waiting);

} // namespace engine_net::wire
