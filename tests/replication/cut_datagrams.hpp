#pragma once

#include "replication/replica.hpp"

#include "scalars_bfbs_generated.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <vector>

/// The schema of `tests/schemas/scalars.fbs`, which has a field of every kind.
inline const engine_net::ReplicatedSchema& all_scalars() {
    static const auto schema = engine_net::ReplicatedSchema::load(
        engine_net::compiled_schema<scalars::RootBinarySchema>());
    REQUIRE(schema);
    return *schema;
}

/// Gives a replica every beginning of these datagrams, and how many of them it did not find
/// malformed.
inline std::size_t taken_when_cut(engine_net::Replica& replica,
                                  const std::vector<std::vector<std::uint8_t>>& datagrams) {
    std::size_t taken = 0;
    for (const auto& whole : datagrams) {
        for (std::size_t size = 0; size < whole.size(); ++size) {
            // Its own memory, so that the address sanitizer sees a read past the end.
            const std::vector<std::uint8_t> cut(whole.begin(),
                                                whole.begin() + static_cast<std::ptrdiff_t>(size));
            taken += replica.receive(cut) != engine_net::ReceiveOutcome::malformed;
        }
    }
    return taken;
}
