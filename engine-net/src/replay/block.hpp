#pragma once

#include "core/bytes.hpp"
#include "replay/recording_bytes.hpp"

#include <engine_net/tick.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

/// A recording is a file of blocks that is only ever appended to, so that what was written before a
/// crash can be read after it:
///
///     u32  magic "ENRP"
///     u32  version
///     then blocks, the first of them the header, ticks never going back:
///       u32  bytes of the payload
///       u8   kind
///       u32  tick
///       ...  the payload, see `block_payloads.hpp`
///       u32  FNV-1a of the block so far
///     and when it was ended, after the index as its last block:
///       u64  where the index begins
///       u32  magic "ENRX"
///       u32  FNV-1a of these 12 bytes
///
/// Of one tick there are the events and lines of chat that came before its end, then its frame,
/// then what goes with that: people, state, inputs, hash. A keyframe has them all, as far as there
/// are any, so playing can begin with any keyframe. Other frames have of it what has changed.
namespace engine_net {

inline constexpr std::uint32_t recording_version = 2;
/// That is read as well; it has no private and no clients' events.
inline constexpr std::uint32_t oldest_recording_version = 1;
/// A payload has the largest frame, or a schema and its prior.
inline constexpr std::size_t max_block_bytes = std::size_t{1} << 20;
/// Of the magic and the version.
inline constexpr std::size_t recording_begin_bytes = 8;

enum class BlockKind : std::uint8_t {
    header = 1,
    keyframe, ///< as `FeedEncoder` codes it
    frame,
    people,
    state, ///< of the room
    inputs,
    hash,  ///< of the frame, once a second
    event, ///< as the room broadcast it
    chat,
    gap, ///< ticks were left out before this one, because the file was written too slowly
    index,
    private_event, ///< as the room sent it to some
    client_event,  ///< as the room got it
};

/// Its payload is good until the reader that gave it reads the next one.
struct Block {
    BlockKind kind = BlockKind::header;
    Tick tick;
    Bytes payload;
};

void append_recording_begin(std::vector<std::uint8_t>& out);
/// The version that a recording's begin tells of; nothing if it is not one.
std::optional<std::uint32_t> read_recording_begin(Bytes file);

void append_block(BlockKind kind, Tick tick, Bytes payload, std::vector<std::uint8_t>& out);

void append_trailer(std::uint64_t index_offset, std::vector<std::uint8_t>& out);
inline constexpr std::size_t recording_trailer_bytes = 16;
/// Where the index begins by the last bytes of the file; nothing if they are no trailer.
std::optional<std::uint64_t> read_trailer(Bytes last_bytes);

/// Reads blocks one after the other. The bytes may be anything.
class BlockReader {
public:
    /// `file` outlives it. `offset` is where a block begins, or anything.
    BlockReader(RecordingBytes& file, std::uint64_t offset) : file_(&file), offset_(offset) {}
    ~BlockReader() = default;
    BlockReader(const BlockReader&) = delete;
    BlockReader& operator=(const BlockReader&) = delete;
    BlockReader(BlockReader&&) = default;
    BlockReader& operator=(BlockReader&&) = default;

    /// The next block, if it is whole and has its checksum.
    const std::optional<Block>& peek();
    std::optional<Block> next();
    /// Where the next block begins; after the last sound one, where the damage does.
    [[nodiscard]] std::uint64_t offset() const { return offset_; }
    [[nodiscard]] bool is_at_end() const { return offset_ >= file_->size(); }

private:
    [[nodiscard]] std::optional<Block> read();

    RecordingBytes* file_;
    std::uint64_t offset_;
    bool is_read_ = false;            ///< the next block
    std::optional<Block> block_;      ///< that one, if it is
    std::vector<std::uint8_t> bytes_; ///< of the one that was read last
};

} // namespace engine_net
