// Files that are to be recordings: anything, a sound one that was changed, and one whose blocks are
// anything but have their checksums.

#include "replay/frame_blend.hpp"
#include "replay/playback.hpp"
#include "replay/playhead.hpp"
#include "replay/recorded_entities.hpp"
#include "replay/recorded_match.hpp"
#include "replay/replay_notes.hpp"
#include "replay/room_recording.hpp"
#include "replication/history.hpp"
#include "replication/random_game.hpp"

#include <engine_net/limits.hpp>

#include "rocks_bfbs_generated.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

using namespace engine_net;

namespace {

using File = std::vector<std::uint8_t>;

/// The first byte of an input.
enum class Kind : std::uint8_t {
    file,    ///< what follows is the whole file
    changes, ///< of a sound file: for each a u16 of where, modulo its size, and a byte
    blocks,  ///< after a sound header: for each a u8 of the kind, one of ticks, a u16 of bytes
};
constexpr std::uint8_t kinds = 3;

void require(bool condition) {
    if (!condition) std::abort();
}

RecordingHeader header() {
    const CompiledSchema compiled = compiled_schema<rocks::RootBinarySchema>();
    return {.protocol = protocol_version,
            .ticks_per_second = 10,
            .schema = {compiled.bytes.begin(), compiled.bytes.end()}};
}

const File& sound_file() {
    static const File made = [] {
        static const auto schema =
            ReplicatedSchema::load(compiled_schema<rocks::RootBinarySchema>());
        require(schema.has_value());
        const auto queue = std::make_shared<RecordingQueue>();
        SnapshotCodec codec(schema->types(), 10);
        {
            RoomRecording recording(header(), *schema, codec, queue);
            recording.join({.id = PresenceId{1}, .name = "ada"});
            History history(*schema);
            RandomGame game(*schema, 3, 6);
            for (std::uint32_t t = 1; t <= 50; ++t) {
                game.step();
                game.describe(history.begin(Tick{t}));
                history.commit();
                recording.add_input(PresenceId{1}, File(4, static_cast<std::uint8_t>(t)));
                recording.add_frame(*history.newest(), File(3, 7), 1 + t / 20);
            }
        }
        File bytes;
        queue->take(bytes);
        return bytes;
    }();
    return made;
}

File changed_file(ByteReader reader) {
    File file = sound_file();
    while (!reader.rest().empty()) {
        const std::size_t at = reader.read<std::uint16_t>() * std::size_t{7} % file.size();
        file[at] ^= reader.read<std::uint8_t>();
    }
    return file;
}

File file_of_blocks(ByteReader reader) {
    File file;
    File payload;
    append_recording_begin(file);
    append_header(header(), payload);
    append_block(BlockKind::header, {}, payload, file);
    Tick tick{1};
    while (!reader.rest().empty()) {
        const auto kind = static_cast<BlockKind>(1 + reader.read<std::uint8_t>() % 13);
        tick = tick + reader.read<std::int8_t>();
        const auto bytes =
            std::min<std::size_t>(reader.read<std::uint16_t>(), reader.rest().size());
        append_block(kind, tick, reader.read_bytes(bytes), file);
    }
    if (tick.value % 2 == 0) append_trailer(file.size() / 2, file);
    return file;
}

/// As `Replay` does.
void watch(const RecordingFile& file) {
    if (file.entries().empty()) return;
    static_cast<void>(read_notes(file));
    const FrameBlend blend(file.schema(), file.header().ticks_per_second);
    const auto tables = leaf_tables(file.schema(), file.header().schema);
    Playhead head(file);
    for (const double moment : {0.0, 7.5, 1e6, 20.25}) {
        head.seek(moment);
        Playhead::Events events;
        for (int i = 0; i < 40 && head.from(); ++i) {
            head.advance(0.7, events);
            require(head.moment() >= 0 && head.moment() <= head.end());
        }
        if (!head.from()) continue;
        for (const EntityType& type : file.schema().types()) {
            blend.each({head.from(), head.to(), head.ticks_since_from()},
                       type.name.c_str(),
                       [](EntityId, const void* state) {
                           require(state != nullptr);
                       });
        }
        require(entities_of(tables, *head.from()).types.size() == tables.size());
    }
}

void play(const RecordingFile& file) {
    Playback playback(file);
    for (int i = 0; i < 200 && playback.step() == Playback::Outcome::frame; ++i)
        require(playback.frame() != nullptr);
    for (const std::uint32_t tick : {40u, 3u, 1000u}) {
        if (playback.seek(Tick{tick}) == Playback::Outcome::frame)
            require(playback.frame() != nullptr);
    }
    static_cast<void>(read_match(file, 1 << 20));
}

} // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const Bytes rest = Bytes(data, size).subspan(1);
    File file(rest.begin(), rest.end());
    switch (static_cast<Kind>(data[0] % kinds)) {
    case Kind::file: break;
    case Kind::changes: file = changed_file(ByteReader(rest)); break;
    case Kind::blocks: file = file_of_blocks(ByteReader(rest)); break;
    }
    if (const auto opened = RecordingFile::open(std::move(file))) {
        play(*opened);
        watch(*opened);
    }
    return 0;
}
