#pragma once

#include "core/bytes.hpp"

#include <engine_net/limits.hpp>

#include "bulk_generated.h"

#include <cstddef>
#include <cstdint>
#include <optional>
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

/// `none` for anything that is not a kind.
BulkKind bulk_kind_of(Bytes message);

/// Nothing: another kind, no seat, a state longer than `max_state_bytes`, or a run that is empty
/// or reaches beyond it. The run lives as long as `message`.
std::optional<StatePiece> decode_state_piece(Bytes message);
/// Nothing: another kind, a schema or prior longer than may be, or a run that is empty or reaches
/// beyond them. The run lives as long as `message`.
std::optional<SchemaPiece> decode_schema_piece(Bytes message);

void encode_state_piece(const StatePiece& piece, std::vector<std::uint8_t>& out);
void encode_schema_piece(const SchemaPiece& piece, std::vector<std::uint8_t>& out);

} // namespace engine_net::wire
