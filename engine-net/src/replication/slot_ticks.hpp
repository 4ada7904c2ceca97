#pragma once

#include "replication/frame.hpp"

#include <engine_net/tick.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace engine_net {

/// A tick for each of some slots.
class SlotTicks {
public:
    [[nodiscard]] std::optional<Tick> find(Slot slot) const {
        if (slot.type >= ticks_.size() || slot.index >= ticks_[slot.type].size())
            return std::nullopt;
        return ticks_[slot.type][slot.index];
    }
    /// Unless it has a newer one.
    void raise(Slot slot, Tick tick) {
        if (slot.type >= ticks_.size()) ticks_.resize(slot.type + 1u);
        auto& ticks = ticks_[slot.type];
        if (slot.index >= ticks.size()) ticks.resize(slot.index + std::size_t{1});
        auto& at = ticks[slot.index];
        if (!at || tick > *at) at = tick;
    }

private:
    std::vector<std::vector<std::optional<Tick>>> ticks_; ///< by type
};

} // namespace engine_net
