#pragma once

#include "core/bytes.hpp"

#include <engine_net/limits.hpp>

#include "bulk_generated.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace engine_net::wire {

/// The most of a state that travels in one message, which is then a full datagram.
inline constexpr std::size_t max_state_run_bytes = max_message_bytes - sizeof(StatePieceHeader);

/// A run of a state's bytes, within the whole that its header tells.
struct StatePiece {
    StatePieceHeader header;
    Bytes run; ///< 1 to `max_state_run_bytes`
};

/// Nothing: an unknown kind, no seat, a state longer than `max_state_bytes`, or a run that is empty
/// or reaches beyond it. The run lives as long as `message`.
std::optional<StatePiece> decode_state_piece(Bytes message);

void encode_state_piece(const StatePiece& piece, std::vector<std::uint8_t>& out);

} // namespace engine_net::wire
