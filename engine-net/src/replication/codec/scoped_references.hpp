#pragma once

#include "replication/codec/references.hpp"
#include "replication/frame.hpp"
#include "replication/slot_set.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace engine_net {

/// Ticks that one scoped section may be coded against.
inline constexpr std::size_t max_scoped_references = 16;

/// What a scoped section is coded against: ticks that its receiver has whole, as far as it was told
/// of them, the youngest first. An entity is coded against those that it was told in.
struct ScopedReferences {
    std::size_t count = 0; ///< 0: nothing is known to be there
    std::array<const Frame*, max_scoped_references> frames{};
    std::array<int, max_scoped_references> ages{}; ///< ticks before the youngest, going up from 0
    int lag = 0;                                   ///< ticks from the youngest to what is coded
    int typical_lag = 1; ///< ticks from most entities' newest versions to it
    /// What the receiver saw of the youngest; null: all of it.
    const SlotSet* sight = nullptr;
    /// The slots whose rows it was told; null: all.
    std::array<const SlotSet*, max_scoped_references> told{};

    /// The first slot from `slot` on that the receiver saw an entity in; none.
    [[nodiscard]] std::optional<Slot> next_seen(Slot slot) const;
    /// Of a set of bits, not 0, as many as an entity is coded against.
    [[nodiscard]] References pick(std::uint32_t mask) const;
};

} // namespace engine_net
