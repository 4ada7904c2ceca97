#pragma once

#include "c_api/own_schema.hpp"
#include "c_api/table_check.hpp"
#include "replication/replicated_schema.hpp"

#include <engine_net.h>
#include <optional>
#include <string>

namespace engine_net::c_api {

/// What all rooms of a kind have in common. Immutable, and stays where it is.
struct RoomRules {
    OwnSchema schema_bytes;
    ReplicatedSchema schema;          ///< of these
    std::string input_type;           ///< "": none are taken
    std::optional<TableCheck> events; ///< unset: none are taken
    engine_net_room_callbacks game{};
};

} // namespace engine_net::c_api
