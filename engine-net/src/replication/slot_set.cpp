#include "replication/slot_set.hpp"

namespace engine_net {

void SlotSet::clear() {
    words_.clear();
}

void SlotSet::add(Slot slot) {
    if (slot.type >= words_.size()) words_.resize(slot.type + 1u);
    auto& words = words_[slot.type];
    if (slot.index / 64u >= words.size()) words.resize(slot.index / 64u + 1);
    words[slot.index / 64u] |= std::uint64_t{1} << slot.index % 64u;
}

std::optional<Slot> SlotSet::next(Slot slot) const {
    std::size_t bit = slot.index % 64u;
    for (std::size_t type = slot.type; type < words_.size(); ++type) {
        std::size_t i = type == slot.type ? slot.index / 64u : 0;
        for (; i < words_[type].size(); ++i) {
            const std::uint64_t rest = words_[type][i] >> bit << bit;
            bit = 0;
            if (rest == 0) continue;
            const auto index = i * 64 + static_cast<std::size_t>(std::countr_zero(rest));
            return Slot{static_cast<std::uint16_t>(type), static_cast<std::uint16_t>(index)};
        }
        bit = 0;
    }
    return std::nullopt;
}

std::size_t SlotSet::size() const {
    std::size_t size = 0;
    for (const auto& words : words_) {
        for (const std::uint64_t word : words)
            size += static_cast<std::size_t>(std::popcount(word));
    }
    return size;
}

std::uint64_t SlotSet::hash() const {
    std::uint64_t hash = words_.size();
    for (const auto& words : words_) {
        for (const std::uint64_t word : words) {
            hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
            hash ^= hash >> 32;
        }
        hash += words.size();
    }
    return hash;
}

} // namespace engine_net
