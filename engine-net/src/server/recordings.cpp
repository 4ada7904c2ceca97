#include "replay/room_recording.hpp"
#include "server/loop.hpp"

#include <engine_net/limits.hpp>

namespace engine_net {

/// Null: no room of that kind is recorded.
std::function<std::unique_ptr<RoomTape>(const TapedRoom&)>
Server::Loop::tape_maker(const PendingKind& kind) {
    if (!kind.config.record) return nullptr;
    return [this, record = kind.config.record, name = kind.name, schema = kind.schema](
               const TapedRoom& room) -> std::unique_ptr<RoomTape> {
        RecordingSink sink = record(room.id);
        if (!sink) return nullptr;
        const RecordingHeader header{.protocol = protocol_version,
                                     .ticks_per_second = config_.tick_rate,
                                     .room = room.id,
                                     .kind = name,
                                     .room_name = room.name,
                                     .schema = {schema.bytes.begin(), schema.bytes.end()},
                                     .prior = {schema.prior.begin(), schema.prior.end()}};
        return std::make_unique<RoomRecording>(
            header, room.schema, room.codec, recordings_.add(std::move(sink)));
    };
}

} // namespace engine_net
