#include "replication/entity_map.hpp"

#include <utility>

namespace engine_net {

EntityMap::EntityMap() : entries_(64) {}

/// Fibonacci hashing: the highest bits of the product are the best mixed ones.
std::size_t EntityMap::home(EntityId id) const {
    const std::uint64_t mixed = std::uint64_t{id.value} * 0x9E3779B97F4A7C15u;
    return static_cast<std::size_t>(mixed >> 32) & (entries_.size() - 1);
}

/// Of its entry, or of the free one where it would go.
std::size_t EntityMap::place_of(EntityId id) const {
    std::size_t at = home(id);
    while (entries_[at].id.is_set() && entries_[at].id != id) at = (at + 1) & (entries_.size() - 1);
    return at;
}

std::optional<Slot> EntityMap::find(EntityId id) const {
    const Entry& entry = entries_[place_of(id)];
    if (!entry.id.is_set()) return std::nullopt;
    return entry.slot;
}

void EntityMap::set(EntityId id, Slot slot) {
    if (2 * (size_ + 1) > entries_.size()) grow();
    Entry& entry = entries_[place_of(id)];
    if (!entry.id.is_set()) ++size_;
    entry = {id, slot};
}

void EntityMap::erase(EntityId id) {
    std::size_t hole = place_of(id);
    if (!entries_[hole].id.is_set()) return;
    --size_;
    // Entries behind the hole that were pushed past it move back, so that no search stops early.
    const std::size_t mask = entries_.size() - 1;
    for (std::size_t at = (hole + 1) & mask; entries_[at].id.is_set(); at = (at + 1) & mask) {
        const std::size_t pushed_by = (at - home(entries_[at].id)) & mask;
        if (pushed_by < ((at - hole) & mask)) continue;
        entries_[hole] = entries_[at];
        hole = at;
    }
    entries_[hole] = {};
}

void EntityMap::clear() {
    for (Entry& entry : entries_) entry = {};
    size_ = 0;
}

void EntityMap::grow() {
    std::vector<Entry> old = std::exchange(entries_, std::vector<Entry>(2 * entries_.size()));
    for (const Entry& entry : old) {
        if (entry.id.is_set()) entries_[place_of(entry.id)] = entry;
    }
}

} // namespace engine_net
