#pragma once

#include <engine_net/ids.hpp>
#include <engine_net/lobby.hpp>
#include <engine_net/people.hpp>
#include <engine_net/stats.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace engine_net {

/// A room as who runs the server sees it.
struct RoomDetails {
    RoomSummary summary{};
    bool is_private = false;
    bool is_by_invitation = false;
    std::size_t reserved = 0; ///< seats that are kept for who has a code
    PresenceId host{};
    std::vector<RoomMember> members{}; ///< by presence
    std::vector<InputStats> inputs{};  ///< of the members, in the same order
};

/// Who waits for a match.
struct QueueDetails {
    std::string kind{};      ///< of rooms
    std::size_t waiting = 0; ///< players
};

/// A channel that someone listens to.
struct ChannelDetails {
    std::string name{};
    std::size_t subscribers = 0;
    std::uint64_t said = 0;             ///< messages since it was opened
    std::vector<std::string> members{}; ///< users, of a channel called `presence/...`
};

/// Everything about the people on a server at one moment. It does not change, and may be read on
/// any thread. It has names and users of everyone, private rooms too: it is not for players.
struct ServerView {
    ServerStats stats{};
    std::vector<RoomDetails> rooms{}; ///< by id
    std::vector<UserSummary> users{}; ///< who is here, by user
    std::vector<QueueDetails> queues{};
    std::vector<ChannelDetails> channels{}; ///< by name
};

} // namespace engine_net
