#pragma once

#include "replication/frame.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace engine_net {

/// Slots that are looked at together.
inline constexpr std::size_t block_slots = 8;

/// The slots of one type, as bits: bit i of word n is slot 64 * n + i. What is past the end is not
/// there.
using SlotWords = std::span<const std::uint64_t>;

inline constexpr std::size_t blocks_per_word = 64 / block_slots;

inline bool has_slot(SlotWords words, std::size_t slot) {
    return slot / 64 < words.size() && (words[slot / 64] >> slot % 64 & 1) != 0;
}
/// Bit i: slot 8 * `block` + i.
inline std::uint8_t block_of(SlotWords words, std::size_t block) {
    const std::size_t word = block / blocks_per_word;
    if (word >= words.size()) return 0;
    return static_cast<std::uint8_t>(words[word] >> block % blocks_per_word * block_slots);
}
/// The first block from `block` on that has any; none.
inline std::optional<std::size_t> next_block_of(SlotWords words, std::size_t block) {
    std::size_t word = block / blocks_per_word;
    if (word >= words.size()) return std::nullopt;
    const std::size_t skipped = block % blocks_per_word * block_slots;
    std::uint64_t rest = words[word] >> skipped << skipped;
    while (rest == 0) {
        if (++word == words.size()) return std::nullopt;
        rest = words[word];
    }
    return word * blocks_per_word + static_cast<std::size_t>(std::countr_zero(rest)) / block_slots;
}

/// A set of slots of one tick: those that a viewer sees, or was told of.
class SlotSet {
public:
    void clear();
    void add(Slot slot);

    [[nodiscard]] bool has(Slot slot) const { return has_slot(words(slot.type), slot.index); }
    /// Good until the next change.
    [[nodiscard]] SlotWords words(std::size_t type) const {
        return type < words_.size() ? SlotWords(words_[type]) : SlotWords();
    }
    /// The first slot from `slot` on, of its type or a later one; none.
    [[nodiscard]] std::optional<Slot> next(Slot slot) const;
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] std::uint64_t hash() const;

    /// In the order of slots.
    template <class Visit>
    void each(Visit&& visit) const;

    friend bool operator==(const SlotSet&, const SlotSet&) = default;

private:
    /// By type; the last word is never 0.
    std::vector<std::vector<std::uint64_t>> words_;
};

template <class Visit>
void SlotSet::each(Visit&& visit) const {
    for (std::size_t type = 0; type < words_.size(); ++type) {
        for (std::size_t i = 0; i < words_[type].size(); ++i) {
            for (std::uint64_t rest = words_[type][i]; rest != 0; rest &= rest - 1) {
                const auto index = i * 64 + static_cast<std::size_t>(std::countr_zero(rest));
                visit(Slot{static_cast<std::uint16_t>(type), static_cast<std::uint16_t>(index)});
            }
        }
    }
}

} // namespace engine_net
