#pragma once

#include "core/bytes.hpp"

#include <engine_net/ids.hpp>
#include <engine_net/people.hpp>
#include <engine_net/tick.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What blocks of a recording hold, as `block.hpp` has them. Texts are a u16 of bytes, then those.
/// Whatever bytes `read_...` gets, it gives nothing for what `append_...` never writes.
namespace engine_net {

/// What was recorded, and all that is needed to read it.
///
///     u32  protocol version, which says how frames are coded
///     u32  ticks a second
///     u32  room
///     text the room's kind
///     text its name
///     u32  bytes of the compiled schema, then those
///     u32  bytes of its prior, then those
struct RecordingHeader {
    std::uint32_t protocol = 0;
    std::uint32_t ticks_per_second = 0;
    RoomId room{};
    std::string kind{};
    std::string room_name{};
    std::vector<std::uint8_t> schema{};
    std::vector<std::uint8_t> prior{};
};
void append_header(const RecordingHeader& header, std::vector<std::uint8_t>& out);
std::optional<RecordingHeader> read_header(Bytes payload);

/// Who is in the room. For each:
///
///     u32  presence
///     u32  colour
///     u32  team
///     u8   1: it only watches
///     text name
///
/// The rest of a `RoomMember` is not recorded.
void append_people(const std::map<PresenceId, RoomMember>& people, std::vector<std::uint8_t>& out);
std::optional<std::map<PresenceId, RoomMember>> read_people(Bytes payload);

/// What a tick's inputs were, for each presence with another one than at the tick before:
///
///     u32  presence
///     u8   bytes of its input; 0: none from now on
///     ...  the input
using Inputs = std::map<PresenceId, std::vector<std::uint8_t>>;
void append_inputs(const Inputs& inputs, std::vector<std::uint8_t>& out);
/// Into what `inputs` holds. False: it is of no use.
bool read_inputs(Bytes payload, Inputs& inputs);

///     text who says it
///     text what is said
struct ChatLine {
    std::string name;
    std::string text;
};
void append_chat(std::string_view name, std::string_view text, std::vector<std::uint8_t>& out);
std::optional<ChatLine> read_chat(Bytes payload);

/// An event that not everyone in the room got, or that came from one of them.
///
///     u16  presences, whom it went to; of a client's event it is one, whose it is
///     then those, each a u32
///     ...  the event
struct PrivateEvent {
    std::vector<PresenceId> people{};
    std::vector<std::uint8_t> bytes{};
    bool is_from_client = false; ///< as its block's kind says
};
void append_private_event(std::span<const PresenceId> people,
                          Bytes event,
                          std::vector<std::uint8_t>& out);
std::optional<PrivateEvent> read_private_event(Bytes payload);

/// A keyframe's block.
struct IndexEntry {
    Tick tick;
    std::uint64_t offset = 0;
};
/// Where playing can begin, and how long it lasts.
///
///     u32  last tick
///     u32  ticks that were left out
///     then for each keyframe, from the first one on, u32 tick, u64 offset
struct RecordingIndex {
    Tick last_tick;
    std::uint32_t dropped_ticks = 0;
    std::vector<IndexEntry> entries{};
};
/// A longer index leaves out every second keyframe: one every two seconds for a day are half of it.
inline constexpr std::size_t max_index_entries = 80'000;
void append_index(const RecordingIndex& index, std::vector<std::uint8_t>& out);
/// Ticks and offsets ascend in what it gives.
std::optional<RecordingIndex> read_index(Bytes payload);

} // namespace engine_net
