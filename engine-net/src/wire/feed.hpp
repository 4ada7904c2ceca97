#pragma once

#include "core/bytes.hpp"

#include <engine_net/ids.hpp>
#include <engine_net/tick.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace engine_net::wire {

/// What a piece of a room's feed is: see `BRIDGE.md`.
enum class FeedKind : std::uint8_t { keyframe = 1, frame = 2, event = 3, state = 4, end = 5 };

/// What every piece begins with; the rest follows it.
struct FeedHeader {
    FeedKind kind = FeedKind::frame;
    RoomId room;
    Tick tick;
};
inline constexpr std::size_t feed_header_bytes = 9;

inline void write_feed_header(const FeedHeader& header, std::vector<std::uint8_t>& out) {
    ByteWriter writer(out);
    writer.write(static_cast<std::uint8_t>(header.kind));
    writer.write(header.room.value);
    writer.write(header.tick.value);
}

/// Takes it off `reader`; nothing for what `write_feed_header` never writes.
inline std::optional<FeedHeader> read_feed_header(ByteReader& reader) {
    const auto kind = reader.read<std::uint8_t>();
    const RoomId room{reader.read<std::uint32_t>()};
    const Tick tick{reader.read<std::uint32_t>()};
    if (!reader.ok() || kind < 1 || kind > 5) return std::nullopt;
    return FeedHeader{static_cast<FeedKind>(kind), room, tick};
}

} // namespace engine_net::wire
