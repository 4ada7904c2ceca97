#pragma once

#include "core/bytes.hpp"

#include <engine_net/ids.hpp>
#include <engine_net/lobby.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace engine_net::wire {

/// A server of a cluster, as the others know it: see `nodes.fbs`.
struct NodeRecord {
    std::string name{};
    std::string address{};
    std::string web_address{};
    std::string server_key{};
    bool is_draining = false;
    std::uint32_t players = 0;
    std::uint32_t rooms = 0;

    friend bool operator==(const NodeRecord&, const NodeRecord&) = default;
};

std::vector<std::uint8_t> encode_node_record(const NodeRecord& record);
/// Nothing: no such table, or text that can't be.
std::optional<NodeRecord> decode_node_record(Bytes bytes);

/// A room of a server of a cluster, as the others know it.
struct RoomRecord {
    RoomSummary line{};
    std::uint32_t moves = 0; ///< times that it has gone to another server
};
/// `news` tells of that room alone.
std::vector<std::uint8_t> encode_room_record(std::uint32_t moves, Bytes news);
std::optional<RoomRecord> decode_room_record(Bytes bytes);

/// A room that has gone to another server, and its codes.
struct MovedRoom {
    RoomId room{};
    std::vector<std::string> codes{};
};
std::vector<std::uint8_t> encode_moved_room(const MovedRoom& moved);
std::optional<MovedRoom> decode_moved_room(Bytes bytes);

} // namespace engine_net::wire
