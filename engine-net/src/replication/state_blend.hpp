#pragma once

#include "replication/field_table.hpp"

#include <array>
#include <cstdint>

namespace engine_net {

// What lies between two versions of an entity, past its newest one, and between what is shown of it
// and what is true. All go by the type's field table, on the bytes of its struct: `struct_bytes` of
// them, with values as `dequantise` writes them, to which the results can be read back. A field
// that no `interpolate` names holds.
//
// Only what is shown comes out of here: sines and roots may differ between machines in their last
// bits, which is why nothing on the wire goes by it.

/// The two versions do not hang together: a field marked `teleport` differs.
[[nodiscard]] bool
has_jumped(const EntityType& type, const std::uint8_t* from, const std::uint8_t* to);

/// Writes to `out` what lies `fraction` of the way from one version to another, `seconds` later; at
/// 0 and below that is `from`, at 1 and above `to`. Angles, and numbers that wrap, go the shorter
/// way round, rotations along the great circle. What has a velocity goes along a cubic curve that
/// has it at both ends (Hermite), the longer way round if it was that fast, unless the velocities
/// do not account for the way, as when an entity hits a wall: then straight. After a jump
/// everything holds. `out` may be neither.
void interpolate(const EntityType& type,
                 const std::uint8_t* from,
                 const std::uint8_t* to,
                 double seconds,
                 double fraction,
                 std::uint8_t* out);

/// Writes to `out` what becomes of a version after `seconds`: what is interpolated and has a
/// velocity moves on by it, up to the end of its range; the rest holds. `out` is another one.
void extrapolate(const EntityType& type,
                 const std::uint8_t* from,
                 double seconds,
                 std::uint8_t* out);

/// How what is shown differs from what is true, in the fields that are interpolated.
struct StateOffset {
    /// By column; of a rotation, the four of the rotation from the true to the shown one.
    std::array<double, max_columns> numbers{};
    bool is_any = false; ///< any of it is not nothing
};
/// Nothing after a jump: a jump is shown at once.
[[nodiscard]] StateOffset
offset_between(const EntityType& type, const std::uint8_t* shown, const std::uint8_t* truth);
/// Moves `state` by `factor` of the offset: from the truth, 1 gives what was shown, 0 the truth.
void add_offset(const EntityType& type,
                std::uint8_t* state,
                const StateOffset& offset,
                double factor);

/// Whether the states are more than rounding apart: a quantised number by more than one step, a
/// rotation by more than two of its components' steps, anything else at all.
[[nodiscard]] bool differ(const EntityType& type, const std::uint8_t* a, const std::uint8_t* b);
/// How far apart two states are: the length over all fields that are interpolated as linear, but
/// for velocities.
[[nodiscard]] double distance(const EntityType& type, const std::uint8_t* a, const std::uint8_t* b);

} // namespace engine_net
