#pragma once

#include "core/bytes.hpp"
#include "room/metadata_reader.hpp"

#include <engine_net/lobby.hpp>
#include <engine_net/room_query.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace engine_net {

/// What a query sees of a room. The metadata is valid, or empty.
struct QueriedRoom {
    RoomSummary summary{};
    Bytes metadata{};
    const MetadataReader* reader = nullptr; ///< null: of a kind without metadata
};

/// The page that a query asks for.
struct Selected {
    std::uint32_t total = 0;            ///< rooms that match, on whatever page
    std::vector<std::size_t> indices{}; ///< into the rooms that were given
};

/// For queries off the wire: within its limits, compares by what there is, and with no NaN.
bool is_sound(const RoomQuery& query);

/// Filters, sorts, and cuts out the page. Reads every filter at most once for a room, and what it
/// sorts by once for one that matches; the time to sort is that of the page and linear in the rest.
Selected select_rooms(std::span<const QueriedRoom> rooms, const RoomQuery& query);

} // namespace engine_net
