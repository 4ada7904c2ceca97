#pragma once

#include "core/bytes.hpp"
#include "replication/codec/prior_training.hpp"
#include "replication/codec/snapshot_codec.hpp"
#include "replication/history.hpp"
#include "replication/replicated_schema.hpp"
#include "replication/snapshot_encoder.hpp"
#include "replication/viewer.hpp"

#include <engine_net/recording.hpp>
#include <engine_net/result.hpp>
#include <engine_net/tick.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// A recording is what a viewer that owns nothing and loses nothing is sent of a room, coded
/// without a prior, so that it can be read whatever prior there is by then. After a
/// change of the codec it can't be read any more.
///
///     u32  magic
///     u32  protocol version
///     u64  digest of the schema without its prior
///     u32  ticks a second
///     then for each datagram:
///       u16  bytes of the datagram
///       ...  the datagram
///       u32  FNV-1a of all bytes so far
namespace engine_net {

/// Records a room from its next tick on. `history` outlives it.
class RecordingWriter {
public:
    /// Writes the header to `sink` at once.
    RecordingWriter(const History& history, std::uint32_t ticks_per_second, RecordingSink sink);

    /// Appends a tick that the history has; ticks go up from call to call.
    void write(Tick tick);

private:
    void append();

    SnapshotCodec codec_;
    SnapshotEncoder encoder_;
    Viewer viewer_;
    RecordingSink sink_;
    std::uint32_t check_;
    std::vector<std::uint8_t> bytes_;
    std::vector<std::uint16_t> sequences_; ///< of the tick's datagrams
};

struct RecordedMatch {
    std::uint32_t ticks_per_second = 0;
    std::vector<Recording> stretches; ///< of ticks without a gap between them
};

/// Why a recording can't be read, in one sentence for a person.
struct RecordingError {
    std::string text;
};

/// Memory that the ticks of one recording may take; a thousand entities fill it in five minutes.
inline constexpr std::size_t max_recorded_bytes = std::size_t{1} << 30;

/// What of a room's ticks everyone sees. The bytes may be anything.
Result<RecordedMatch, RecordingError> read_recording(const ReplicatedSchema& schema,
                                                     Bytes bytes,
                                                     std::size_t most_bytes = max_recorded_bytes);

} // namespace engine_net
