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

/// A set of slots of one tick: those that a viewer sees, or was told of.
class SlotSet {
public:
    void clear();
    void add(Slot slot);

    [[nodiscard]] bool has(Slot slot) const {
        if (slot.type >= words_.size()) return false;
        const auto& words = words_[slot.type];
        return slot.index / 64u < words.size() && (words[slot.index / 64u] >> slot.index % 64u & 1);
    }
    /// Bit i of word n: slot 64 * n + i. What is past the end is not there.
    [[nodiscard]] std::span<const std::uint64_t> words(std::size_t type) const {
        return type < words_.size() ? std::span(words_[type]) : std::span<const std::uint64_t>();
    }
    /// Bit i: slot 8 * `block` + i.
    [[nodiscard]] std::uint8_t block(std::size_t type, std::size_t block) const;
    /// The first block from `block` on that has any; none.
    [[nodiscard]] std::optional<std::size_t> next_block(std::size_t type, std::size_t block) const;
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
