#include "client/interpolator.hpp"

#include "replication/frame_sections.hpp"
#include "replication/state_blend.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace engine_net {
namespace {

using Row = std::array<std::int32_t, max_columns>;

} // namespace

Interpolator::Interpolator(const ReplicatedSchema& schema, std::uint32_t ticks_per_second)
    : schema_(schema)
    , seconds_per_tick_(1.0 / std::max(ticks_per_second, 1u))
    , types_(schema.types())
    , past_(schema.types()) {
    later_.reserve(history_ticks);
}

void Interpolator::clear() {
    is_shown_ = false;
    past_.clear();
    taken_ = {};
    later_.clear();
}

void Interpolator::show(const Replica& replica, TickTime moment) {
    if (!is_shown_) {
        // What was here before anyone looked. Where that is newer than the moment, it holds.
        past_ = replica.newest_state();
        moment_ = moment;
        is_shown_ = true;
    }
    if (moment - moment_ > 0) moment_ = moment;
    take_until(replica, moment_.tick);
    find_later(replica, moment_.tick);
}

void Interpolator::hold(const Replica& replica) {
    const auto newest = replica.newest_tick();
    if (is_shown_ && newest) take_until(replica, *newest);
    later_.clear();
}

/// Late datagrams of older ticks among them.
void Interpolator::take_until(const Replica& replica, Tick tick) {
    for (auto age = static_cast<std::int32_t>(history_ticks) - 1; age >= 0; --age)
        take(replica, tick - age);
}

void Interpolator::take(const Replica& replica, Tick tick) {
    const std::size_t parts = replica.parts_received(tick);
    Taken& taken = taken_[tick.value % taken_.size()];
    if (parts == 0 || (taken.tick == tick && taken.parts == parts)) return;
    taken = {tick, parts};
    const Frame& frame = *replica.find_frame(tick);
    tell_frame(schema_.types(), frame, *replica.told(tick), replica.told_rows(tick), sections_);
    past_.take(sections_, frame);
    if (replica.is_whole(tick)) past_.take_complete(frame);
}

void Interpolator::find_later(const Replica& replica, Tick tick) {
    later_.clear();
    const auto newest = replica.newest_tick();
    if (!newest) return;
    const Tick oldest = std::max(tick, *newest - static_cast<std::int32_t>(history_ticks));
    for (Tick at = oldest + 1; at <= *newest; ++at) {
        const Frame* const frame = replica.find_frame(at);
        if (!frame) continue;
        later_.push_back(
            {frame, replica.is_whole(at) ? nullptr : replica.told(at), replica.told_rows(at)});
    }
}

/// Null: there is none yet, or the entity is gone before there is one.
const Interpolator::Later* Interpolator::next_version(Slot slot, std::uint16_t incarnation) const {
    for (const Later& later : later_) {
        const auto next = static_cast<std::size_t>(slot.index) + 1;
        if (later.told && !later.told->has(slot.type, slot.index, next)) continue;
        const TypeFrame& rows = later.frame->types[slot.type];
        if (!rows.has(slot.index) || rows.incarnation[slot.index] != incarnation) return nullptr;
        if (!later.rows || later.rows->has(slot)) return &later;
    }
    return nullptr;
}

void Interpolator::blend(Slot slot, std::uint8_t* state) const {
    const EntityType& type = schema_.types()[slot.type];
    const TypeFrame& rows = past_.rows(slot.type);
    const std::int32_t* const row = rows.row(slot.index);
    const Tick from_tick = past_.told_tick(slot);
    const double passed = moment_ - TickTime{from_tick};
    std::uint8_t* const from = ends_.from.data();
    dequantise(type, row, from);

    const Later* const later = next_version(slot, rows.incarnation[slot.index]);
    if (!later || later->frame->tick <= from_tick) {
        const double most = std::chrono::duration<double>(max_extrapolation_).count();
        const double seconds = std::min(passed * seconds_per_tick_, most);
        return extrapolate(type, from, seconds, state);
    }
    Row next{};
    const std::int32_t* const told = later->frame->types[slot.type].row(slot.index);
    std::copy_n(told, type.shared_columns, next.begin());
    // What is the owner's alone is not told with every version: it holds.
    std::copy(row + type.shared_columns,
              row + type.columns.size(),
              next.begin() + static_cast<std::ptrdiff_t>(type.shared_columns));
    std::uint8_t* const to = ends_.to.data();
    dequantise(type, next.data(), to);
    const double ticks = later->frame->tick - from_tick;
    interpolate(type, from, to, ticks * seconds_per_tick_, passed / ticks, state);
}

void Interpolator::each(const char* type,
                        const std::function<void(EntityId, const void*)>& visit) const {
    const auto number = types_.find(type);
    if (!number || !is_shown_) return;
    StructBytes state;
    const TypeFrame& rows = past_.rows(*number);
    for (std::size_t i = 0; i < rows.slots(); ++i) {
        if (!rows.has(i)) continue;
        blend({static_cast<std::uint16_t>(*number), static_cast<std::uint16_t>(i)}, state.data());
        visit(rows.id[i], state.data());
    }
}

bool Interpolator::find(const char* type, EntityId id, void* state) const {
    const auto number = types_.find(type);
    const auto slot = past_.find(id);
    if (!is_shown_ || !number || !slot || slot->type != *number) return false;
    blend(*slot, static_cast<std::uint8_t*>(state));
    return true;
}

} // namespace engine_net
