#pragma once

#include "core/bytes.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>
#include <engine_net/people.hpp>
#include <engine_net/tick.hpp>

#include "nodes_generated.h"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace engine_net::wire {

/// A room as it goes from a server to another one: all that makes it the same room there.
struct SavedRoom {
    /// The newest version of a state, with its number.
    struct State {
        std::vector<std::uint8_t> bytes{};
        std::uint32_t version = 0;
    };
    struct Member {
        RoomMember member{};
        SessionId session{}; ///< at the server that it leaves
        std::uint32_t snapshot_rate = 0;
        State private_state{};
    };
    struct Reservation {
        std::string code{};
        Duration left{};
        std::uint32_t team = 0;
    };

    RoomId id{};
    std::string kind{};
    std::uint64_t schema_digest = 0;
    std::string name{};
    std::uint32_t capacity = 0;
    bool stays_when_empty = false;
    bool is_private = false;
    bool is_by_invitation = false;
    bool is_match = false;
    std::string password{};
    std::string invite{};
    std::vector<std::uint8_t> metadata{};
    std::uint64_t seed = 0;
    std::uint32_t moves = 0;
    Duration age{};
    bool is_locked = false;
    bool is_paused = false;
    engine_net::RoomPhase phase{};
    PresenceId host{};
    bool is_started_by_host = false;
    std::uint32_t start_in = 0; ///< ticks
    Tick saved_at{};
    std::set<std::string> banned{};
    State state{};
    std::vector<Member> members{}; ///< in the order of joining
    std::vector<Reservation> reservations{};
    std::vector<std::uint8_t> game{};
};

std::vector<std::uint8_t> encode_saved_room(const SavedRoom& room);
/// Whether all in it is what it may be.
bool is_sound(const tables::SavedRoom& room);
/// Of a sound one.
SavedRoom saved_room_of(const tables::SavedRoom& table);

} // namespace engine_net::wire
