#pragma once

#include "replication/field_table.hpp"
#include "replication/frame.hpp"

#include <cstddef>

/// What a frame of cubes takes without a codec, to compare with.
namespace bench {

/// As a finished FlatBuffer of `cubes::Snapshot`.
std::size_t flatbuffers_bytes(const engine_net::EntityType& type, const engine_net::Frame& frame);

/// Packed to bits: which cubes differ from `baseline`, and all columns of these. Which they are is
/// told by a bit a cube or by a list of indices, whichever is shorter, and one bit tells which.
std::size_t bitpacked_bytes(const engine_net::EntityType& type,
                            const engine_net::Frame& frame,
                            const engine_net::Frame& baseline);

} // namespace bench
