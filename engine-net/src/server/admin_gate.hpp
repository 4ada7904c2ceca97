#pragma once

#include "session/admin_key.hpp"
#include "wire/admin.hpp"

#include <engine_net/admin.hpp>
#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
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

    std::optional<AdminKey> key;
    std::optional<AdminKey> read_key;
    std::unordered_map<SessionId, Admin> admins;
    std::deque<TickRecord> ticks; ///< the oldest first
    LinkStats counted;            ///< in the ticks so far
    wire::AdminTeller teller;
};

} // namespace engine_net
