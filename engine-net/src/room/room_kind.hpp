#pragma once

#include "replication/codec/snapshot_codec.hpp"
#include "replication/replicated_schema.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/interest.hpp>
#include <engine_net/recording.hpp>
#include <engine_net/room.hpp>
#include <engine_net/schema.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace engine_net {

/// What rooms of one name are made of.
struct RoomKind {
    std::string name;
    CompiledSchema compiled{}; ///< what `schema` was read from
    ReplicatedSchema schema;
    std::vector<std::unique_ptr<SnapshotCodec>> codecs; ///< by worker; none: only whole states
    std::uint32_t capacity = 0;
    std::uint32_t snapshot_rate = 0;    ///< 0: one each tick
    std::uint32_t bytes_per_second = 0; ///< of snapshots for one viewer; 0: no bound
    Duration grace_time{0};             ///< a seat is held for who is lost
    InterestConfig interest{};
    std::function<std::unique_ptr<Room>()> make;
    RoomRecorder record{}; ///< none: no room is recorded
};

} // namespace engine_net
