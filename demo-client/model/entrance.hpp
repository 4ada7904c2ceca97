#pragma once

#include <engine_net/ids.hpp>

#include <cstdint>
#include <string>

/// Which room a player wants, and how it behaves in it. Of the first four the first that is set
/// counts; none: the Arena with the most players and a free seat, or a new one.
struct Entrance {
    engine_net::RoomId room{};
    std::string invite{};
    std::string create{}; ///< a name for a new room of matches
    bool queues = false;  ///< for a match

    std::string password{};
    bool is_private = false;    ///< the new room
    std::uint32_t capacity = 0; ///< of the new room; 0: as its kind has it
    bool watches = false;       ///< the room, without a seat
    double rank = 1000;         ///< in the queue
    bool gets_ready = false;
    std::string words{}; ///< said in the room

    /// It names a room, or a way to one.
    [[nodiscard]] bool is_given() const {
        return room.is_set() || !invite.empty() || !create.empty() || queues;
    }
};
