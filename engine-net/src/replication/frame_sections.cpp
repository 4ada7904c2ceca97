#include "replication/frame_sections.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace engine_net {
namespace {

void tell_slot(
    const EntityType& type, const TypeFrame& here, Slot slot, const SlotSet* rows, Sections& told) {
    const std::uint16_t incarnation = here.incarnation[slot.index];
    const std::int32_t* const row = here.row(slot.index);
    if (rows && !rows->has(slot)) {
        told.kept.push_back({slot, incarnation, here.id[slot.index]});
    } else {
        told.shared.push_back({slot, incarnation, here.id[slot.index], told.numbers.size()});
        told.numbers.insert(told.numbers.end(), row, row + type.shared_columns);
    }
    if (!here.owner[slot.index].is_set()) return;
    told.own.push_back({slot, incarnation, {}, told.numbers.size()});
    told.numbers.insert(told.numbers.end(), row + type.shared_columns, row + type.columns.size());
}

/// The part of a run that is of one type.
void tell_run(const EntityType& type,
              const TypeFrame& here,
              ToldRun run,
              const SlotSet* rows,
              Sections& told) {
    std::size_t end = run.ends ? here.slots() : run.end;
    while (run.ends && end > run.first && !here.has(end - 1)) --end;
    run.end = static_cast<std::uint16_t>(std::max<std::size_t>(end, run.first));
    told.runs.push_back(run);
    for (std::uint16_t i = run.first; i < run.end; ++i) {
        if (here.has(i)) tell_slot(type, here, {run.type, i}, rows, told);
    }
}

} // namespace

void tell_frame(std::span<const EntityType> types,
                const Frame& frame,
                const Coverage& coverage,
                const SlotSet* rows,
                Sections& told) {
    told.clear();
    told.is_scoped = rows != nullptr;
    coverage.each([&](Slot from, Slot to) {
        for (std::uint16_t t = from.type; t < types.size() && Slot{t, 0} < to; ++t) {
            const std::uint16_t first = t == from.type ? from.index : std::uint16_t{0};
            tell_run(types[t], frame.types[t], {t, first, to.index, t < to.type}, rows, told);
        }
    });
}

} // namespace engine_net
