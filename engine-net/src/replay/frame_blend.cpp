#include "replay/frame_blend.hpp"

#include "replication/state_blend.hpp"

#include <algorithm>
#include <cstddef>

namespace engine_net {

namespace {

/// Ticks further from each other have a gap between them, across which nothing moves evenly.
constexpr double longest_blend_s = 0.5;
/// How far what is last known of an entity moves on by its velocity.
constexpr double longest_extrapolation_s = 0.1;

} // namespace

FrameBlend::FrameBlend(const ReplicatedSchema& schema, std::uint32_t ticks_per_second)
    : schema_(schema), ticks_per_second_(ticks_per_second), types_(schema.types()) {}

void FrameBlend::each(const BlendedFrames& frames,
                      const char* type,
                      const std::function<void(EntityId, const void*)>& visit) const {
    const auto number = types_.find(type);
    if (!number || !frames.from) return;
    StructBytes state;
    const TypeFrame& rows = frames.from->types[*number];
    for (std::size_t i = 0; i < rows.slots(); ++i) {
        if (!rows.has(i)) continue;
        blend(frames,
              {static_cast<std::uint16_t>(*number), static_cast<std::uint16_t>(i)},
              state.data());
        visit(rows.id[i], state.data());
    }
}

bool FrameBlend::find(const BlendedFrames& frames,
                      const char* type,
                      EntityId id,
                      void* state) const {
    const auto number = types_.find(type);
    if (!number || !frames.from) return false;
    const TypeFrame& rows = frames.from->types[*number];
    for (std::size_t i = 0; i < rows.slots(); ++i) {
        if (!rows.has(i) || rows.id[i] != id) continue;
        blend(frames,
              {static_cast<std::uint16_t>(*number), static_cast<std::uint16_t>(i)},
              static_cast<std::uint8_t*>(state));
        return true;
    }
    return false;
}

/// Null: the entity is not there any more, or nothing is known of it.
const TypeFrame* FrameBlend::rows_after(const BlendedFrames& frames, Slot slot) const {
    if (!frames.to) return nullptr;
    if (frames.to->tick - frames.from->tick > longest_blend_s * ticks_per_second_) return nullptr;
    const TypeFrame& before = frames.from->types[slot.type];
    const TypeFrame& after = frames.to->types[slot.type];
    const bool is_same = after.has(slot.index) &&
                         after.incarnation[slot.index] == before.incarnation[slot.index] &&
                         after.id[slot.index] == before.id[slot.index];
    return is_same ? &after : nullptr;
}

void FrameBlend::blend(const BlendedFrames& frames, Slot slot, std::uint8_t* state) const {
    const EntityType& type = schema_.types()[slot.type];
    dequantise(type, frames.from->types[slot.type].row(slot.index), from_.data());
    const TypeFrame* const after = rows_after(frames, slot);
    if (!after) {
        const double seconds = std::min(frames.ticks / ticks_per_second_, longest_extrapolation_s);
        return extrapolate(type, from_.data(), seconds, state);
    }
    dequantise(type, after->row(slot.index), to_.data());
    const double ticks = frames.to->tick - frames.from->tick;
    interpolate(
        type, from_.data(), to_.data(), ticks / ticks_per_second_, frames.ticks / ticks, state);
}

} // namespace engine_net
