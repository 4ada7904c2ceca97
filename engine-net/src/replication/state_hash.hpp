#pragma once

#include "replication/frame.hpp"
#include "replication/slot_set.hpp"

#include <cstdint>
#include <span>

namespace engine_net {

/// The hash of what one viewer sees of a tick, the same on both ends: over type, slot, incarnation,
/// id and shared numbers of all entities (of those whose rows it was not told: over type, slot and
/// incarnation), then over type, slot and private numbers of its own ones,
/// both in the order of slots. Words of 32 bits, multiplied and shifted: see `StateHash::add`.
class StateHash {
public:
    void add(std::uint32_t word) {
        value_ = (value_ ^ word) * 0x9E3779B97F4A7C15u;
        value_ ^= value_ >> 32;
    }
    [[nodiscard]] std::uint64_t value() const { return value_; }

private:
    std::uint64_t value_ = 0xCBF29CE484222325u;
};

/// Of what everyone sees; or of those in `sight`, of which the rows in `told` were told.
std::uint64_t hash_shared(std::span<const EntityType> types,
                          const Frame& frame,
                          const SlotSet* sight = nullptr,
                          const SlotSet* told = nullptr);
/// Goes on from a shared hash with the private columns of `own`, ordered by slot.
std::uint64_t hash_own(std::uint64_t shared,
                       std::span<const EntityType> types,
                       const Frame& frame,
                       std::span<const Slot> own);

} // namespace engine_net
