#include "replication/newest_state.hpp"

#include <algorithm>

namespace engine_net {

NewestState::NewestState(std::span<const EntityType> types) : schema_types_(types) {
    for (const EntityType& type : types) types_.emplace_back(type);
}

void NewestState::take(const Sections& told, const Frame& frame) {
    std::span<const ToldEntity> entities = told.shared;
    std::span<const KeptEntity> kept = told.kept;
    for (const ToldRun& run : told.runs) take_run(run, entities, kept, told, frame);
    for (const ToldEntity& entity : told.own) take_own(entity, told, frame.tick);
}

void NewestState::take_run(const ToldRun& run,
                           std::span<const ToldEntity>& told,
                           std::span<const KeptEntity>& kept,
                           const Sections& sections,
                           const Frame& frame) {
    OneType& type = types_[run.type];
    const auto known = static_cast<std::uint16_t>(type.rows.slots());
    const std::uint16_t end = run.ends ? std::max(run.end, known) : run.end;
    for (std::uint16_t i = run.first; i < end; ++i) {
        const Slot slot{run.type, i};
        if (!told.empty() && told.front().slot == slot) {
            appear(told.front(), sections, frame);
            told = told.subspan(1);
        } else if (!kept.empty() && kept.front().slot == slot) {
            keep(kept.front(), frame.tick);
            kept = kept.subspan(1);
        } else {
            vanish(slot, frame.tick);
        }
    }
    if (run.ends && (!type.has_end || frame.tick > type.end_tick)) {
        type.has_end = true;
        type.end_tick = frame.tick;
        type.end = run.end;
    }
}

void NewestState::appear(const ToldEntity& entity, const Sections& sections, const Frame& frame) {
    const Slot slot = entity.slot;
    OneType& type = types_[slot.type];
    if (type.has_end && frame.tick < type.end_tick && slot.index >= type.end) return;
    grow(slot);
    Version& version = type.versions[slot.index];
    if (version.is_told && frame.tick <= version.tick) return;
    if (is_known_elsewhere(entity, frame.tick)) return;

    const bool is_same = type.rows.has(slot.index) && type.rows.id[slot.index] == entity.id &&
                         type.rows.incarnation[slot.index] == entity.incarnation;
    if (!is_same) {
        remove(slot);
        const EntityType& schema_type = schema_types_[slot.type];
        std::copy(schema_type.blank.begin(), schema_type.blank.end(), type.rows.row(slot.index));
        version.is_own = false;
    }
    if (!is_same) version.is_kept = false;
    version.tick = frame.tick;
    version.is_told = true;
    type.rows.incarnation[slot.index] = entity.incarnation;
    type.rows.id[slot.index] = entity.id;
    ids_.set(entity.id, slot);
    const auto columns = static_cast<std::ptrdiff_t>(schema_types_[slot.type].shared_columns);
    const auto first = sections.numbers.begin() + static_cast<std::ptrdiff_t>(entity.numbers);
    std::copy(first, first + columns, type.rows.row(slot.index));

    // Its private columns may have come before it.
    const TypeFrame& there = frame.types[slot.type];
    if (there.owner[slot.index].is_set())
        copy_own(slot, there.row(slot.index) + columns, frame.tick);
}

/// An id moves to another slot when its entity goes and comes again. The newer word counts.
bool NewestState::is_known_elsewhere(const ToldEntity& entity, Tick tick) {
    const auto other = ids_.find(entity.id);
    if (!other || *other == entity.slot) return false;
    const Tick other_tick = types_[other->type].versions[other->index].tick;
    if (tick <= other_tick) return true;
    remove(*other); // its slot may have a new user, which this tick has yet to tell of
    return false;
}

/// What is there in its slot, if it is another one, is not.
void NewestState::keep(const KeptEntity& entity, Tick tick) {
    OneType& type = types_[entity.slot.type];
    if (!type.rows.has(entity.slot.index)) return;
    if (type.rows.incarnation[entity.slot.index] != entity.incarnation)
        return vanish(entity.slot, tick);
    Version& version = type.versions[entity.slot.index];
    if (version.is_kept && tick <= version.kept_tick) return;
    version.is_kept = true;
    version.kept_tick = tick;
}

void NewestState::vanish(Slot slot, Tick tick) {
    OneType& type = types_[slot.type];
    if (slot.index >= type.rows.slots()) grow(slot);
    Version& version = type.versions[slot.index];
    if (version.is_told && tick <= version.tick) return;
    if (version.is_kept && tick <= version.kept_tick) return;
    version.tick = tick;
    version.is_told = true;
    remove(slot);
}

void NewestState::remove(Slot slot) {
    OneType& type = types_[slot.type];
    if (!type.rows.has(slot.index)) return;
    if (ids_.find(type.rows.id[slot.index]) == slot) ids_.erase(type.rows.id[slot.index]);
    type.rows.incarnation[slot.index] = 0;
    type.rows.owner[slot.index] = {};
}

void NewestState::take_own(const ToldEntity& entity, const Sections& sections, Tick tick) {
    const TypeFrame& rows = types_[entity.slot.type].rows;
    if (!rows.has(entity.slot.index) || rows.incarnation[entity.slot.index] != entity.incarnation)
        return;
    copy_own(entity.slot, sections.numbers.data() + entity.numbers, tick);
}

void NewestState::copy_own(Slot slot, const std::int32_t* numbers, Tick tick) {
    Version& version = types_[slot.type].versions[slot.index];
    if (version.is_own_told && tick <= version.own_tick) return;
    version.is_own = true;
    version.is_own_told = true;
    version.own_tick = tick;
    const EntityType& type = schema_types_[slot.type];
    std::copy_n(numbers,
                type.columns.size() - type.shared_columns,
                types_[slot.type].rows.row(slot.index) + type.shared_columns);
}

void NewestState::take_complete(const Frame& frame) {
    for (std::size_t t = 0; t < types_.size(); ++t) {
        const EntityType& type = schema_types_[t];
        if (!type.has_private()) continue;
        for (std::size_t i = 0; i < types_[t].rows.slots(); ++i) {
            Version& version = types_[t].versions[i];
            if (version.is_own_told && frame.tick <= version.own_tick) continue;
            version.is_own_told = true;
            version.own_tick = frame.tick;
            if (!version.is_own) continue;
            version.is_own = false;
            const auto first = static_cast<std::ptrdiff_t>(type.shared_columns);
            std::copy(type.blank.begin() + first, type.blank.end(), types_[t].rows.row(i) + first);
        }
    }
}

void NewestState::clear() {
    for (std::size_t t = 0; t < types_.size(); ++t) types_[t] = OneType(schema_types_[t]);
    ids_.clear();
}

void NewestState::grow(Slot slot) {
    OneType& type = types_[slot.type];
    if (slot.index < type.rows.slots()) return;
    type.rows.grow(slot.index + 1u);
    type.versions.resize(slot.index + 1u);
}

} // namespace engine_net
