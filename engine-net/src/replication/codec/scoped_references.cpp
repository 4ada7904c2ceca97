#include "replication/codec/scoped_references.hpp"

namespace engine_net {

std::optional<Slot> ScopedReferences::next_seen(Slot slot) const {
    if (count == 0) return std::nullopt;
    if (sight) return sight->next(slot);
    const auto& types = frames[0]->types;
    for (; slot.type < types.size(); slot = {static_cast<std::uint16_t>(slot.type + 1), 0}) {
        for (; slot.index < types[slot.type].slots(); ++slot.index) {
            if (types[slot.type].has(slot.index)) return slot;
        }
    }
    return std::nullopt;
}

/// The youngest, and for each wanted age the first that is as old or older.
References ScopedReferences::pick(std::uint32_t mask) const {
    References picked;
    int youngest = 0;
    for (std::size_t i = 0; i < count && picked.count < max_references; ++i) {
        if ((mask >> i & 1) == 0) continue;
        if (picked.count == 0) youngest = ages[i];
        const int age = ages[i] - youngest;
        if (age < wanted_ages[picked.count]) continue;
        picked.frames[picked.count] = frames[i];
        picked.ages[picked.count++] = age;
    }
    picked.lag = lag + youngest;
    return picked;
}

} // namespace engine_net
