#pragma once

#include "bridge/bridge.hpp"
#include "bridge/exchange.hpp"
#include "room/channel_table.hpp"
#include "room/room_directory.hpp"
#include "session/player.hpp"
#include "session/rate_limit.hpp"
#include "session/session_limits.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace engine_net {

/// What the server keeps for its web bridge: who is there from the web, and what they were told.
struct WebGate {
    /// Someone from the web. To channels and users it is a session like others.
    struct Guest {
        SessionId session;
        Player player{};
        std::set<std::string> channels{};
        std::uint32_t last_request = 0; ///< by which the channels tell its subscriptions apart
        SessionLimits limits{};
    };
    /// One that is being asked about.
    struct PendingGuest {
        bridge::GuestId guest;
        std::uint64_t ask = 0;
        Player player{};
        Time until{};
    };
    /// A channel that has guests.
    struct ChannelReader {
        std::size_t guests = 0;
        std::uint64_t epoch = 0;              ///< that was told; 0: it was not opened yet
        std::uint64_t next = 0;               ///< the first message that was not told
        std::vector<std::uint64_t> waiting{}; ///< tickets that are answered when it is opened
    };

    bridge::Exchange exchange;
    std::unique_ptr<bridge::Bridge> bridge; ///< since `start`
    std::map<bridge::GuestId, Guest> guests;
    std::map<SessionId, bridge::GuestId> by_session;
    std::map<std::uint64_t, PendingGuest> pending; ///< by ticket of `AuthInbox`
    std::map<std::string, ChannelReader, std::less<>> channels;
    std::set<RoomId> watched;                ///< rooms of this server that browsers watch
    std::optional<std::uint64_t> told_rooms; ///< change of the directory that was told last
    Time next_rooms{};
};

} // namespace engine_net
