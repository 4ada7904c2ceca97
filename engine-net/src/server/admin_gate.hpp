#pragma once

#include "server/worsened_links.hpp"
#include "session/admin_key.hpp"
#include "wire/admin.hpp"

#include <engine_net/admin.hpp>
#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

namespace engine_net {

/// What the server keeps for those who look at it.
struct AdminGate {
    /// Ticks that can be asked for: the last seconds.
    static constexpr std::size_t kept_ticks = 1024;

    struct Admin {
        AdminRights rights = AdminRights::none;
        std::array<std::uint8_t, wire::admin_number_bytes>
            number{}; ///< it is to prove the key with
        bool has_number = false;
    };

    /// What was done to a room.
    struct Act {
        RoomId room;
        std::string text;
    };
    static constexpr std::ptrdiff_t kept_acts = 16; ///< of each room

    std::optional<AdminKey> key;
    std::optional<AdminKey> read_key;
    std::unordered_map<SessionId, Admin> admins;
    std::deque<TickRecord> ticks; ///< the oldest first
    LinkStats counted;            ///< in the ticks so far
    std::deque<Act> acts;         ///< the oldest first
    WorsenedLinks links;          ///< by their will
    wire::AdminTeller teller;

    /// That room is over.
    void forget(RoomId room) {
        std::erase_if(acts, [&](const Act& act) {
            return act.room == room;
        });
    }
};

} // namespace engine_net
