#pragma once

#include "replication/codec/snapshot_codec.hpp"
#include "replication/replicated_schema.hpp"

#include <engine_net/recording.hpp>
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
    std::unique_ptr<SnapshotCodec> codec; ///< of all its rooms, which run on one thread
    std::uint32_t capacity = 0;
    std::function<std::unique_ptr<Room>()> make;
    RoomRecorder record{}; ///< none: no room is recorded
};

} // namespace engine_net
