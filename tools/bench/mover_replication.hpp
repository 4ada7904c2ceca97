#pragma once

#include <engine_net/schema.hpp>

#include <cstdint>
#include <optional>

namespace bench {

/// What replication alone costs and sends, without a network, when every snapshot is acked before
/// the next one is made. Times are medians over the ticks.
struct ReplicationFigures {
    double viewer_us = 0;         ///< for each viewer's snapshot: its coding and its ack
    double describe_us = 0;       ///< for each tick: the room's entities, quantised
    double body_bytes = 0;        ///< of a snapshot, without any header
    std::uint64_t mismatches = 0; ///< viewers and ticks whose state was not the server's
};

/// Nothing when the schema can't be loaded.
std::optional<ReplicationFigures> measure_mover_replication(engine_net::CompiledSchema compiled,
                                                            std::uint32_t ticks);

} // namespace bench
