#include "replication/history.hpp"
#include "replication/state_blend.hpp"

#include <engine_net/limits.hpp>
#include <engine_net/rewind.hpp>

#include <array>
#include <cstddef>

namespace engine_net {

namespace {

/// A moment lies at or after `before`, and before `after`; the latter is null at the newest tick.
struct Frames {
    const Frame* before = nullptr;
    const Frame* after = nullptr;
    double fraction = 0; ///< of the way from one to the other
    double seconds = 0;  ///< that it takes
};

/// Ticks that were caught up in one step have no frame of their own.
Frames frames_at(const History& history, Tick tick, double fraction, std::uint32_t tick_rate) {
    Frames frames;
    const Frame* const newest = history.newest();
    if (!newest) return frames;
    if (tick >= newest->tick) return {newest, nullptr, 0, 0};
    constexpr auto most = static_cast<std::int32_t>(history_ticks);
    for (std::int32_t back = 0; !frames.before && back < most; ++back)
        frames.before = history.find(tick - back);
    for (std::int32_t ahead = 1; !frames.after && ahead < most; ++ahead)
        frames.after = history.find(tick + ahead);
    if (!frames.before) return {frames.after, nullptr, 0, 0};
    const std::int32_t ticks = frames.after->tick - frames.before->tick;
    frames.seconds = static_cast<double>(ticks) / tick_rate;
    frames.fraction = (tick - frames.before->tick + fraction) / ticks;
    return frames;
}

void write_state(const Frames& frames, const EntityType& type, Slot slot, std::uint8_t* state) {
    const TypeFrame& before = frames.before->types[slot.type];
    const TypeFrame* const after = frames.after ? &frames.after->types[slot.type] : nullptr;
    const bool goes_on = after && after->has(slot.index) &&
                         after->incarnation[slot.index] == before.incarnation[slot.index];
    if (!goes_on) return dequantise(type, before.row(slot.index), state);
    StructBytes from;
    StructBytes to;
    dequantise(type, before.row(slot.index), from.data());
    dequantise(type, after->row(slot.index), to.data());
    interpolate(type, from.data(), to.data(), frames.seconds, frames.fraction, state);
}

} // namespace

bool Rewind::find_struct(const char* type, EntityId id, void* state) const {
    if (!history_) return false;
    const auto number = history_->find_type(type);
    const auto slot = history_->find_slot(id);
    const Frames frames = frames_at(*history_, tick_, fraction_, tick_rate_);
    if (!number || !slot || slot->type != *number || !frames.before) return false;
    const TypeFrame& before = frames.before->types[slot->type];
    if (!before.has(slot->index) || before.id[slot->index] != id) return false;
    const EntityType& entity_type = history_->schema().types()[slot->type];
    write_state(frames, entity_type, *slot, static_cast<std::uint8_t*>(state));
    return true;
}

void Rewind::each_struct(const char* type,
                         const std::function<void(EntityId, const void*)>& visit) const {
    if (!history_) return;
    const auto number = history_->find_type(type);
    const Frames frames = frames_at(*history_, tick_, fraction_, tick_rate_);
    if (!number || !frames.before) return;
    StructBytes state;
    const TypeFrame& before = frames.before->types[*number];
    for (std::size_t i = 0; i < before.slots(); ++i) {
        if (!before.has(i)) continue;
        const Slot slot{static_cast<std::uint16_t>(*number), static_cast<std::uint16_t>(i)};
        write_state(frames, history_->schema().types()[*number], slot, state.data());
        visit(before.id[i], state.data());
    }
}

} // namespace engine_net
