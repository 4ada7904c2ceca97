#include "replication/history.hpp"

#include "core/assert.hpp"
#include "replication/sections.hpp"

#include <algorithm>
#include <functional>

namespace engine_net {

History::History(const ReplicatedSchema& schema)
    : schema_(schema)
    , types_(schema.types())
    , uses_(schema.types().size())
    , max_tick_bits_(max_tick_bits(schema.types())) {
    ring_.reserve(history_ticks);
    for (std::size_t i = 0; i < history_ticks; ++i) ring_.push_back({Frame(schema.types()), {}});
}

SnapshotBuilder& History::begin(Tick tick) {
    ENGINE_NET_ASSERT(!building_);
    if (newest_ && tick <= newest_->tick) {
        ENGINE_NET_ASSERT(!"a tick comes after the one before it");
        for (Stored& one : ring_) one.frame.is_filled = false;
        newest_ = nullptr;
    }
    building_ = &stored(tick);
    building_->frame.clear(tick);
    building_->owned.clear();
    building_entities_ = 0;
    building_bits_ = 0;
    has_changed_type_ = false;
    for (SlotUse& use : uses_) use.next = 0;
    return *this;
}

void History::add_struct(
    const char* name, EntityId id, const void* state, std::size_t bytes, PresenceId owner) {
    const auto found = types_.find(name);
    if (!building_ || !found || !id.is_set() || bytes != schema_.types()[*found].struct_bytes) {
        ++entities_refused_;
        return;
    }
    const EntityType& type = schema_.types()[*found];
    const auto slot = take_slot(*found, id);
    if (!slot) {
        ++entities_refused_;
        return;
    }
    TypeFrame& entities = building_->frame.types[*found];
    entities.grow(uses_[*found].incarnation.size());
    entities.incarnation[*slot] = uses_[*found].incarnation[*slot];
    entities.id[*slot] = id;
    entities.owner[*slot] = owner;
    quantise(type, static_cast<const std::uint8_t*>(state), entities.row(*slot));
    keep_spawn_columns(type, *found, *slot);
    if (type.has_private() && owner.is_set()) {
        building_->owned.push_back({static_cast<std::uint16_t>(*found), *slot});
    }
    ++building_entities_;
    building_bits_ += entity_bits(type);
}

void History::copy(const Frame& frame, Tick tick) {
    begin(tick);
    Frame& copied = building_->frame;
    copied.types = frame.types;
    for (TypeFrame& rows : copied.types) {
        std::ranges::fill(rows.owner, PresenceId{});
        building_entities_ +=
            static_cast<std::size_t>(std::ranges::count_if(rows.incarnation, [](std::uint16_t one) {
                return one != 0;
            }));
    }
    entities_ = building_entities_;
    newest_ = &copied;
    building_ = nullptr;
}

/// Where the entity was the tick before, or was put in this one.
std::optional<Slot> History::find_slot(std::size_t type, EntityId id) {
    SlotUse& use = uses_[type];
    // Most games describe the same entities in the same order each tick. After a change of type two
    // slots have the same id until the tick is complete.
    if (!has_changed_type_ && use.next < use.id.size() && use.id[use.next] == id)
        return Slot{static_cast<std::uint16_t>(type), static_cast<std::uint16_t>(use.next++)};
    const auto known = slots_.find(id);
    if (known && known->type == type) use.next = known->index + std::size_t{1};
    return known;
}

/// The entity's own slot if it was there the tick before, else the lowest free one. None when it is
/// there already or there is no room.
std::optional<std::uint16_t> History::take_slot(std::size_t type, EntityId id) {
    if (building_entities_ == max_entities) return std::nullopt;
    if (building_bits_ + entity_bits(schema_.types()[type]) > max_tick_bits_) return std::nullopt;

    const auto known = find_slot(type, id);
    if (known && building_->frame.types[known->type].has(known->index)) return std::nullopt;
    if (known && known->type == type) return known->index;

    // Of another type than before: a new entity, and the old one's slot is free after this tick.
    if (known) has_changed_type_ = true;
    SlotUse& use = uses_[type];
    std::uint16_t slot = 0;
    if (!use.free.empty()) {
        std::pop_heap(use.free.begin(), use.free.end(), std::greater<>());
        slot = use.free.back();
        use.free.pop_back();
    } else {
        if (slots_used_ == max_slots) return std::nullopt;
        ++slots_used_;
        slot = static_cast<std::uint16_t>(use.incarnation.size());
        use.incarnation.push_back(0);
        use.id.emplace_back();
    }
    if (++use.incarnation[slot] == 0) use.incarnation[slot] = 1;
    use.id[slot] = id;
    slots_.set(id, {static_cast<std::uint16_t>(type), slot});
    return slot;
}

void History::keep_spawn_columns(const EntityType& type, std::size_t number, std::uint16_t slot) {
    if (!type.has_spawn_only || !newest_) return;
    TypeFrame& now = building_->frame.types[number];
    const TypeFrame& before = newest_->types[number];
    if (!before.has(slot) || before.incarnation[slot] != now.incarnation[slot]) return;
    for (const Field& field : type.fields) {
        if (!field.spawn_only) continue;
        std::copy_n(before.row(slot) + field.first_column,
                    field.columns,
                    now.row(slot) + field.first_column);
    }
}

void History::commit() {
    ENGINE_NET_ASSERT(building_);
    if (!building_) return;
    release_absent();
    sort_owned(*building_);
    entities_ = building_entities_;
    newest_ = &building_->frame;
    building_ = nullptr;
}

void History::release_absent() {
    for (std::size_t t = 0; t < uses_.size(); ++t) {
        SlotUse& use = uses_[t];
        const TypeFrame& now = building_->frame.types[t];
        for (std::size_t i = 0; i < use.id.size(); ++i) {
            if (!use.id[i].is_set() || now.has(i)) continue;
            // Its id may have moved to a slot of another type this very tick.
            const Slot slot{static_cast<std::uint16_t>(t), static_cast<std::uint16_t>(i)};
            if (slots_.find(use.id[i]) == slot) slots_.erase(use.id[i]);
            use.id[i] = {};
            use.free.push_back(slot.index);
            std::push_heap(use.free.begin(), use.free.end(), std::greater<>());
        }
    }
}

void History::sort_owned(Stored& stored) {
    std::sort(stored.owned.begin(), stored.owned.end(), [&](Slot a, Slot b) {
        const PresenceId owner_a = stored.frame.types[a.type].owner[a.index];
        const PresenceId owner_b = stored.frame.types[b.type].owner[b.index];
        return owner_a != owner_b ? owner_a < owner_b : a < b;
    });
}

const Frame* History::find(Tick tick) const {
    const Frame& frame = stored(tick).frame;
    const bool is_there =
        frame.is_filled && frame.tick == tick && !(building_ && &building_->frame == &frame);
    return is_there ? &frame : nullptr;
}

std::span<const Slot> History::owned_by(PresenceId owner, Tick tick) const {
    if (!owner.is_set() || !find(tick)) return {};
    const Stored& at = stored(tick);
    const auto owner_of = [&](Slot slot) {
        return at.frame.types[slot.type].owner[slot.index];
    };
    const auto first = std::partition_point(at.owned.begin(), at.owned.end(), [&](Slot slot) {
        return owner_of(slot) < owner;
    });
    const auto last = std::partition_point(first, at.owned.end(), [&](Slot slot) {
        return owner_of(slot) == owner;
    });
    return {first, last};
}

} // namespace engine_net
