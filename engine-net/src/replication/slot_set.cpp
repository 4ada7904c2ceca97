#include "replication/slot_set.hpp"

namespace engine_net {

namespace {

constexpr std::size_t blocks_per_word = 64 / block_slots;

} // namespace

void SlotSet::clear() {
    words_.clear();
}

void SlotSet::add(Slot slot) {
    if (slot.type >= words_.size()) words_.resize(slot.type + 1u);
    auto& words = words_[slot.type];
    if (slot.index / 64u >= words.size()) words.resize(slot.index / 64u + 1);
    words[slot.index / 64u] |= std::uint64_t{1} << slot.index % 64u;
}

std::uint8_t SlotSet::block(std::size_t type, std::size_t block) const {
    if (type >= words_.size() || block / blocks_per_word >= words_[type].size()) return 0;
    const std::uint64_t word = words_[type][block / blocks_per_word];
    return static_cast<std::uint8_t>(word >> block % blocks_per_word * block_slots);
}

std::optional<std::size_t> SlotSet::next_block(std::size_t type, std::size_t block) const {
    if (type >= words_.size()) return std::nullopt;
    const auto& words = words_[type];
    std::size_t i = block / blocks_per_word;
    if (i >= words.size()) return std::nullopt;
    std::uint64_t rest = words[i] >> block % blocks_per_word * block_slots
                                         << block % blocks_per_word * block_slots;
    while (rest == 0) {
        if (++i == words.size()) return std::nullopt;
        rest = words[i];
    }
    const auto bit = static_cast<std::size_t>(std::countr_zero(rest));
    return i * blocks_per_word + bit / block_slots;
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
