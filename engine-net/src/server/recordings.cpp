#include "replay/recording_folder.hpp"
#include "replay/room_recording.hpp"
#include "server/loop.hpp"

#include <engine_net/limits.hpp>

namespace engine_net {

std::unique_ptr<RoomTape> Server::Loop::make_tape(const std::string& kind,
                                                  const CompiledSchema& schema,
                                                  const TapedRoom& room,
                                                  RecordingSink sink) {
    const RecordingHeader header{.protocol = protocol_version,
                                 .ticks_per_second = config_.tick_rate,
                                 .room = room.id,
                                 .kind = kind,
                                 .room_name = room.name,
                                 .schema = {schema.bytes.begin(), schema.bytes.end()},
                                 .prior = {schema.prior.begin(), schema.prior.end()}};
    return std::make_unique<RoomRecording>(
        header, room.schema, room.codec, recordings_.add(std::move(sink)));
}

/// Null: no room of that kind is recorded.
std::function<std::unique_ptr<RoomTape>(const TapedRoom&)>
Server::Loop::tape_maker(const PendingKind& kind) {
    if (!kind.config.record) return nullptr;
    return [this, record = kind.config.record, name = kind.name, schema = kind.schema](
               const TapedRoom& room) -> std::unique_ptr<RoomTape> {
        RecordingSink sink = record(room.id);
        return sink ? make_tape(name, schema, room, std::move(sink)) : nullptr;
    };
}

/// Both are an admin's acts: "" when it is done.
std::string Server::Loop::start_recording(RoomInstance& room) {
    if (config_.recording_folder.empty()) return "this server has no folder for recordings";
    if (room.is_recorded()) return "it is recorded already";
    if (room.kind().codecs.empty()) return "rooms of this kind can't be recorded";
    const std::string stem = room.kind().name + "-" + std::to_string(room.id().value);
    auto file = record_into_folder(config_.recording_folder, stem);
    if (!file) return "no file can be made in the server's folder for recordings";
    log(LogLevel::info,
        "room " + std::to_string(room.id().value) + " is recorded as " + file->name);
    recording_failures_.insert_or_assign(room.id(), file->has_failed);
    room.record(
        make_tape(room.kind().name, room.kind().compiled, room.taped(), std::move(file->sink)),
        file->name);
    return {};
}

std::string Server::Loop::stop_recording(RoomInstance& room) {
    if (!room.is_recorded()) return "it is not recorded";
    room.stop_recording();
    const auto failure = recording_failures_.extract(room.id());
    return failure && *failure.mapped() ? "it has ended, but lacks what could not be written" : "";
}

} // namespace engine_net
