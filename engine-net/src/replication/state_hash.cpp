#include "replication/state_hash.hpp"

namespace engine_net {
namespace {

void add_slot(StateHash& hash, Slot slot) {
    hash.add((std::uint32_t{slot.type} << 16) | slot.index);
}

} // namespace

std::uint64_t hash_shared(std::span<const EntityType> types,
                          const Frame& frame,
                          const SlotSet* sight,
                          const SlotSet* told) {
    StateHash hash;
    for (std::size_t t = 0; t < types.size(); ++t) {
        const TypeFrame& entities = frame.types[t];
        for (std::size_t i = 0; i < entities.slots(); ++i) {
            const Slot slot{static_cast<std::uint16_t>(t), static_cast<std::uint16_t>(i)};
            if (!entities.has(i) || (sight && !sight->has(slot))) continue;
            add_slot(hash, slot);
            hash.add(entities.incarnation[i]);
            if (told && !told->has(slot)) continue;
            hash.add(entities.id[i].value);
            const std::int32_t* row = entities.row(i);
            for (std::size_t c = 0; c < types[t].shared_columns; ++c)
                hash.add(static_cast<std::uint32_t>(row[c]));
        }
    }
    return hash.value();
}

std::uint64_t hash_own(std::uint64_t shared,
                       std::span<const EntityType> types,
                       const Frame& frame,
                       std::span<const Slot> own) {
    StateHash hash;
    hash.add(static_cast<std::uint32_t>(shared));
    hash.add(static_cast<std::uint32_t>(shared >> 32));
    for (const Slot slot : own) {
        add_slot(hash, slot);
        const EntityType& type = types[slot.type];
        const std::int32_t* row = frame.types[slot.type].row(slot.index);
        for (std::size_t c = type.shared_columns; c < type.columns.size(); ++c)
            hash.add(static_cast<std::uint32_t>(row[c]));
    }
    return hash.value();
}

} // namespace engine_net
