#pragma once

#include <engine_net/ids.hpp>

#include <string>
#include <string_view>

namespace engine_net {

/// Which entities of a room each player is shown. Others never reach that player's wire: neither
/// that they are there, nor how they are. What a player owns is always shown to it.
struct InterestConfig {
    /// Entities farther away than that from where a player looks are hidden, in the units of their
    /// positions. One in sight leaves it a tenth farther out, so that none flickers at the edge. 0:
    /// none is too far.
    double radius = 0;
    /// The field of two or three floats with a `step` that is an entity's position. Types without
    /// it are near everyone.
    std::string position = "position";
    /// Asks `Room::relevance` of each viewer and entity (of those near enough) before each
    /// snapshot.
    bool asks_room = false;
};

/// An entity that a viewer may be shown. Valid for the call.
struct SeenEntity {
    std::string_view type; ///< full name of its struct: "arena.Ship"
    EntityId id;
    PresenceId owner; ///< may be unset
};

/// Where a player looks from, in the units of positions; without a third number in them, `z` counts
/// for nothing.
struct Viewpoint {
    double x = 0;
    double y = 0;
    double z = 0;
};

} // namespace engine_net
