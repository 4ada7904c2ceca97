#pragma once

#include "replication/replicated_schema.hpp"

#include <engine_net/room.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace engine_net {

/// What rooms of one name are made of.
struct RoomKind {
    std::string name;
    ReplicatedSchema schema;
    std::uint32_t capacity = 0;
    std::function<std::unique_ptr<Room>()> make;
};

} // namespace engine_net
