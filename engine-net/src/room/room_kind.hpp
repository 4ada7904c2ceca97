#pragma once

#include "replication/codec/snapshot_codec.hpp"
#include "replication/replicated_schema.hpp"
#include "replication/room_tape.hpp"
#include "room/metadata_reader.hpp"
#include "room/roster.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/interest.hpp>
#include <engine_net/matchmaking.hpp>
#include <engine_net/room.hpp>
#include <engine_net/schema.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine_net {

/// A room of which a tape may be wanted. Schema and codec are its kind's.
struct TapedRoom {
    RoomId id;
    const std::string& name;
    const ReplicatedSchema& schema;
    SnapshotCodec& codec;
};

/// What rooms of one name are made of.
struct RoomKind {
    std::string name;
    CompiledSchema compiled{}; ///< what `schema` was read from
    ReplicatedSchema schema;
    std::vector<std::unique_ptr<SnapshotCodec>> codecs; ///< by worker; none: only whole states
    std::uint32_t capacity = 0;
    std::uint32_t spectator_capacity = 0;
    std::uint32_t snapshot_rate = 0;    ///< 0: one each tick
    std::uint32_t bytes_per_second = 0; ///< of snapshots for one viewer; 0: no bound
    Duration grace_time{0};             ///< a seat is held for who is lost
    Roster::Rules roster{};
    std::optional<MatchRules> matchmaking{};  ///< none: there is no queue for them
    std::optional<MetadataReader> metadata{}; ///< none: its rooms have no metadata
    std::string state_table{};                ///< what a state is; "": that is not known
    bool joins_while_playing = true;
    std::uint32_t repeated_input_ticks = 0;
    std::int32_t max_rewind_ticks = 0;
    std::uint32_t feed_rate = 0; ///< frames per second for who watches from afar; 0: nobody may
    std::uint32_t keyframe_ticks = 0;
    std::uint32_t spectator_delay_ticks = 0;
    InterestConfig interest{};
    std::function<std::unique_ptr<Room>()> make;
    /// Null, or what gives no tape: nothing is taken down.
    std::function<std::unique_ptr<RoomTape>(const TapedRoom&)> make_tape{};

    /// Whether its rooms may be described so. Any bytes will do.
    [[nodiscard]] bool accepts(Bytes description) const {
        return description.empty() || (metadata && metadata->is_valid(description));
    }
};

} // namespace engine_net
