#pragma once

#include "core/bytes.hpp"

#include <engine_net/ids.hpp>
#include <engine_net/limits.hpp>

#include "bulk_generated.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace engine_net::wire {

/// The most of a state or a schema that travels in one message, which is then a full datagram.
inline constexpr std::size_t max_state_run_bytes = max_message_bytes - sizeof(StatePieceHeader);
inline constexpr std::size_t max_schema_run_bytes = max_message_bytes - sizeof(SchemaPieceHeader);

/// A run of a state's bytes, within the whole that its header tells.
struct StatePiece {
    StatePieceHeader header;
    Bytes run; ///< 1 to `max_state_run_bytes`
};
/// A run of a schema's bytes and its prior's.
struct SchemaPiece {
    SchemaPieceHeader header;
    Bytes run; ///< at most `max_schema_run_bytes`; empty only if schema and prior are
};

/// Round trips of some of those in a room, as many as fit a message.
inline constexpr std::size_t max_ping_lines =
    (max_message_bytes - sizeof(PingsHeader)) / sizeof(PingLine);

/// `none` for anything that is not a kind.
BulkKind bulk_kind_of(Bytes message);

/// Nothing: another kind, no seat, a state longer than `max_state_bytes`, or a run that is empty
/// or reaches beyond it. The run lives as long as `message`.
std::optional<StatePiece> decode_state_piece(Bytes message);
/// Nothing: another kind, a schema or prior longer than may be, or a run that is empty or reaches
/// beyond them. The run lives as long as `message`.
std::optional<SchemaPiece> decode_schema_piece(Bytes message);

/// The seat that they are for, and what follows: whole lines, of which `line_at` reads one.
struct Pings {
    PresenceId to;
    Bytes lines;

    [[nodiscard]] std::size_t count() const { return lines.size() / sizeof(PingLine); }
    /// The `index`th, below `count`.
    [[nodiscard]] PingLine line_at(std::size_t index) const;
};
/// Nothing: another kind, no seat, or a line that is cut. It lives as long as `message`.
std::optional<Pings> decode_pings(Bytes message);
/// At most `max_ping_lines`.
void encode_pings(PresenceId to, std::span<const PingLine> lines, std::vector<std::uint8_t>& out);

void encode_state_piece(const StatePiece& piece, std::vector<std::uint8_t>& out);
void encode_schema_piece(const SchemaPiece& piece, std::vector<std::uint8_t>& out);

} // namespace engine_net::wire
