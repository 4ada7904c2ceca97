#include "replication/codec/run_pass.hpp"

#include "replication/codec/code_model.hpp"
#include "replication/codec/range_coder.hpp"

#include <algorithm>

namespace engine_net {

namespace {

/// How likely the same references serve for a block as for the one before.
constexpr std::uint32_t same_serve = probability_one / 64 * 63;

/// Slots up to the last one that has an entity, none below `from`.
std::size_t used_slots(const TypeFrame& frame, std::size_t from) {
    std::size_t used = frame.slots();
    while (used > from && frame.incarnation[used - 1] == 0) --used;
    return std::max(used, from);
}

} // namespace

template <class Coder, class Model>
Slot RunPass<Coder, Model>::run(
    FrameRef frame, Slot from, Slot to, bool knows_counts, std::size_t room_bytes) {
    for (std::uint16_t t = from.type; t < book_.types.size() && Slot{t, 0} < to; ++t) {
        const std::size_t begin = t == from.type ? from.index : 0;
        std::size_t end = count_of(frame, t, begin, knows_counts);
        if (t == to.type) end = std::min<std::size_t>(end, to.index);
        enter_type(t);
        for (std::size_t slot = begin; slot < end;) {
            const Slot here{t, static_cast<std::uint16_t>(slot)};
            if (is_over(here == from, room_bytes)) return here;
            const std::size_t next = std::min(end, (slot / block_slots + 1) * block_slots);
            // By and by: the count may be a lie.
            if constexpr (!is_encoder) frame.types[t].grow(next);
            block(frame.types[t], slot, next);
            slot = next;
        }
        if (t == to.type) return to;
    }
    return to;
}

/// There is no room for another block, though always for the first one; or, decoding, no encoder
/// wrote what was read and the rest is of no use.
template <class Coder, class Model>
bool RunPass<Coder, Model>::is_over(bool is_first, std::size_t room_bytes) const {
    if constexpr (is_encoder) {
        return !is_first && entities_.coder().bytes() > room_bytes;
    } else {
        return lacks_reference_ || !entities_.coder().is_sound();
    }
}

template <class Coder, class Model>
std::size_t RunPass<Coder, Model>::count_of(FrameRef frame,
                                            std::uint16_t t,
                                            std::size_t from,
                                            bool knows_counts) {
    std::size_t used = is_encoder ? used_slots(frame.types[t], from) : 0;
    std::size_t before = 0;
    bool is_as_before = false;
    if (knows_counts && references_.count > 0 && !references_.has_gaps) {
        before = used_slots(references_.frames[0]->types[t], from);
        is_as_before = entities_.ask(used == before, book_.types[t].life);
    }
    if (is_as_before) {
        used = before;
    } else {
        used = code_raw(entities_.coder(), static_cast<std::uint32_t>(used), 16);
    }
    // No room has more slots than that, all types together, so neither has what is decoded.
    used = std::clamp(used, from, std::max(from, max_slots - slots_counted_));
    slots_counted_ += used;
    return used;
}

template <class Coder, class Model>
void RunPass<Coder, Model>::enter_type(std::uint16_t t) {
    type_number_ = t;
    entities_.enter_type(book_.types[t], t);
    whole_.enter_type(book_.types[t], t);
    entities_.use(whole_);
    serving_ = (1u << references_.count) - 1;
}

/// The references that know all of these slots.
template <class Coder, class Model>
std::uint32_t RunPass<Coder, Model>::serving(std::size_t begin, std::size_t end) const {
    std::uint32_t mask = 0;
    for (std::size_t j = 0; j < references_.count; ++j) {
        const Coverage* coverage = references_.coverages[j];
        if (!coverage || coverage->has(type_number_, begin, end)) mask |= 1u << j;
    }
    return mask;
}

/// Where there are gaps: which references serve for a block. Seldom others than for the one before.
template <class Coder, class Model>
void RunPass<Coder, Model>::choose_basis(std::size_t begin, std::size_t end) {
    if (!references_.has_gaps) return;
    const std::uint32_t here = serving(begin, end);
    std::uint32_t told = serving_;
    if (!entities_.coder().bit(here == serving_, same_serve))
        told = code_raw(entities_.coder(), here, max_references);
    if constexpr (!is_encoder) {
        lacks_reference_ = lacks_reference_ || (told & ~here) != 0;
        told &= here;
    }
    if (told == serving_) return;
    serving_ = told;
    entities_.use(whole_);
    if (told == (1u << references_.count) - 1) return;
    partial_.emplace(references_.only(told));
    partial_->enter_type(book_.types[type_number_], type_number_);
    entities_.use(*partial_);
}

template <class Coder, class Model>
void RunPass<Coder, Model>::block(TypeFrameRef here, std::size_t begin, std::size_t end) {
    choose_basis(begin, end);
    entities_.keep(here, begin, end);
    if (entities_.basis().has_rested(begin, end)) return resting_block(here, begin, end);
    for (std::size_t slot = begin; slot < end; ++slot) entities_.entity(here, slot);
}

template <class Coder, class Model>
void RunPass<Coder, Model>::resting_block(TypeFrameRef here, std::size_t begin, std::size_t end) {
    if (entities_.all_rest_on(here, begin, end)) return;
    bool has_moved = false;
    for (std::size_t slot = begin; slot < end; ++slot) {
        // The last one must have moved if no other has, or they all would rest on.
        const bool may_rest = has_moved || slot + 1 < end;
        if (may_rest && entities_.rests_on(here, slot)) continue;
        has_moved = true;
        entities_.no_rest(here, slot);
    }
}

template class RunPass<RangeEncoder, const TrainedModel>;
template class RunPass<RangeDecoder, const TrainedModel>;
template class RunPass<RangeEncoder, AdaptiveModel>;
template class RunPass<RangeDecoder, AdaptiveModel>;

} // namespace engine_net
