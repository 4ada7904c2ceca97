#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace engine_net {

/// A number that names one kind of thing. Ids of different kinds do not convert into each other.
/// The value 0 names nothing.
template <class Tag, class Value>
struct Id {
    Value value = 0;

    [[nodiscard]] constexpr bool is_set() const { return value != 0; }
    friend constexpr auto operator<=>(Id, Id) = default;
};

/// One transport connection. Never used again while the process runs.
using PeerId = Id<struct PeerTag, std::uint64_t>;
/// An admitted user's stay on this server; survives its peers.
using SessionId = Id<struct SessionTag, std::uint64_t>;
/// A session's place in one room.
using PresenceId = Id<struct PresenceTag, std::uint32_t>;
/// A running game.
using RoomId = Id<struct RoomTag, std::uint32_t>;
/// An entity of a room, chosen by the game. It may be used again after the entity is gone.
using EntityId = Id<struct EntityTag, std::uint32_t>;

} // namespace engine_net

/// So that ids may be keys of unordered containers.
template <class Tag, class Value>
struct std::hash<engine_net::Id<Tag, Value>> {
    std::size_t operator()(engine_net::Id<Tag, Value> id) const noexcept {
        return std::hash<Value>{}(id.value);
    }
};
