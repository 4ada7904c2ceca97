#include "replication/codec/entity_pass.hpp"

#include "replication/codec/code_model.hpp"
#include "replication/codec/range_coder.hpp"

#include <algorithm>
#include <bit>

namespace engine_net {

namespace {

/// How likely the same references serve for a block as for the one before.
constexpr std::uint32_t same_serve = probability_one / 64 * 63;
constexpr std::uint32_t has_rested_on = rest_references - 1; ///< see `Basis::rest_of`

std::uint32_t zigzag(std::uint32_t difference) {
    return difference << 1 ^ (0u - (difference >> 31));
}
std::uint32_t from_zigzag(std::uint32_t value) {
    return value >> 1 ^ (0u - (value & 1));
}

/// Slots up to the last one that has an entity, none below `from`.
std::size_t used_slots(const TypeFrame& frame, std::size_t from) {
    std::size_t used = frame.slots();
    while (used > from && frame.incarnation[used - 1] == 0) --used;
    return std::max(used, from);
}

} // namespace

template <class Coder, class Model>
Slot EntityPass<Coder, Model>::shared(
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
bool EntityPass<Coder, Model>::is_over(bool is_first, std::size_t room_bytes) const {
    if constexpr (is_encoder) {
        return !is_first && questions_.coder.bytes() > room_bytes;
    } else {
        return lacks_reference_ || !questions_.coder.is_sound();
    }
}

template <class Coder, class Model>
std::size_t EntityPass<Coder, Model>::count_of(FrameRef frame,
                                               std::uint16_t t,
                                               std::size_t from,
                                               bool knows_counts) {
    std::size_t used = is_encoder ? used_slots(frame.types[t], from) : 0;
    std::size_t before = 0;
    bool is_as_before = false;
    if (knows_counts && references_.count > 0 && !references_.has_gaps) {
        before = used_slots(references_.frames[0]->types[t], from);
        is_as_before = ask(used == before, book_.types[t].life);
    }
    if (is_as_before) {
        used = before;
    } else {
        used = code_raw(questions_.coder, static_cast<std::uint32_t>(used), 16);
    }
    // No room has more slots than that, all types together, so neither has what is decoded.
    used = std::clamp(used, from, std::max(from, max_slots - slots_counted_));
    slots_counted_ += used;
    return used;
}

template <class Coder, class Model>
void EntityPass<Coder, Model>::enter_type(std::uint16_t t) {
    type_number_ = t;
    type_ = &book_.types[t];
    fields_.enter_type(*type_);
    whole_.enter_type(*type_, t);
    basis_ = &whole_;
    serving_ = (1u << references_.count) - 1;
}

/// The references that know all of these slots.
template <class Coder, class Model>
std::uint32_t EntityPass<Coder, Model>::serving(std::size_t begin, std::size_t end) const {
    std::uint32_t mask = 0;
    for (std::size_t j = 0; j < references_.count; ++j) {
        const Coverage* coverage = references_.coverages[j];
        if (!coverage || coverage->has(type_number_, begin, end)) mask |= 1u << j;
    }
    return mask;
}

/// Where there are gaps: which references serve for a block. Seldom others than for the one before.
template <class Coder, class Model>
void EntityPass<Coder, Model>::choose_basis(std::size_t begin, std::size_t end) {
    if (!references_.has_gaps) return;
    const std::uint32_t here = serving(begin, end);
    std::uint32_t told = serving_;
    if (!questions_.coder.bit(here == serving_, same_serve))
        told = code_raw(questions_.coder, here, max_references);
    if constexpr (!is_encoder) {
        lacks_reference_ = lacks_reference_ || (told & ~here) != 0;
        told &= here;
    }
    if (told == serving_) return;
    serving_ = told;
    basis_ = &whole_;
    if (told == (1u << references_.count) - 1) return;
    partial_.emplace(references_.only(told));
    partial_->enter_type(*type_, type_number_);
    basis_ = &*partial_;
}

template <class Coder, class Model>
void EntityPass<Coder, Model>::block(TypeFrameRef here, std::size_t begin, std::size_t end) {
    choose_basis(begin, end);
    if (basis_->has_rested(begin, end)) return resting_block(here, begin, end);
    for (std::size_t slot = begin; slot < end; ++slot) entity(here, slot);
}

template <class Coder, class Model>
void EntityPass<Coder, Model>::resting_block(TypeFrameRef here,
                                             std::size_t begin,
                                             std::size_t end) {
    const bool all_rest = is_encoder && basis_->is_same(here, begin, end);
    if (ask(all_rest, type_->rest + 2 + basis_->flag_of(begin, end))) return keep(here, begin, end);
    bool has_moved = false;
    for (std::size_t slot = begin; slot < end; ++slot) {
        const std::uint32_t flag = basis_->flag_of(slot, slot + 1);
        // The last one must have moved if no other has, or they all would rest on.
        const bool may_rest = has_moved || slot + 1 < end;
        if (may_rest && ask(is_unchanged(here, slot), type_->rest + flag)) {
            keep(here, slot, slot + 1);
        } else {
            has_moved = true;
            tell_entity(here, slot, has_rested_on, flag);
        }
    }
}

template <class Coder, class Model>
void EntityPass<Coder, Model>::entity(TypeFrameRef here, std::size_t slot) {
    if (!basis_->has(slot)) return arrival(here, slot, type_->life + 1);
    const std::uint32_t rest = basis_->rest_of(slot);
    const std::uint32_t flag = basis_->flag_of(slot, slot + 1);
    if (rest == has_rested_on && ask(is_unchanged(here, slot), type_->rest + flag))
        return keep(here, slot, slot + 1);
    tell_entity(here, slot, rest, flag);
}

/// It has not rested on, if it has rested.
template <class Coder, class Model>
void EntityPass<Coder, Model>::tell_entity(TypeFrameRef here,
                                           std::size_t slot,
                                           std::uint32_t rest,
                                           std::uint32_t flag) {
    const KnownRows known = basis_->known(slot);
    const Outlook outlook = fields_.predict(here.row(slot), known, *basis_);
    const bool is_same = is_same_one(here, slot);
    if (rest != has_rested_on || outlook.leads_elsewhere) {
        const auto straight = static_cast<std::uint32_t>(outlook.straight);
        const Context about{(straight * 10 + bit_length(outlook.distance)) * 10 + outlook.doubt,
                            (rest * 2 + flag) * 4 + fine(outlook.fraction),
                            rest * 20 + fields_.last_size() * 2 + flag};
        if (questions_.ask(
                is_encoder && is_same && fields_.is_as_predicted(), type_->moved, about)) {
            keep(here, slot, slot + 1);
            return fields_.take_prediction();
        }
        if (outlook.leads_elsewhere && rest != has_rested_on &&
            questions_.ask(is_unchanged(here, slot), type_->stayed, about))
            return keep(here, slot, slot + 1);
    }
    if (ask(is_encoder && !is_same, type_->life + 2)) return arrival(here, slot, type_->life + 3);
    keep(here, slot, slot + 1);
    fields_.tell();
}

template <class Coder, class Model>
void EntityPass<Coder, Model>::arrival(TypeFrameRef here,
                                       std::size_t slot,
                                       std::uint32_t question) {
    const bool is_there = ask(is_encoder && here.incarnation[slot] != 0, question);
    if constexpr (!is_encoder) {
        if (!is_there) here.incarnation[slot] = 0;
    }
    if (!is_there) return;
    const std::uint32_t incarnation = number(is_encoder ? here.incarnation[slot] : 0);
    const std::uint32_t step = number(is_encoder ? zigzag(here.id[slot].value - last_id_) : 0);
    last_id_ += from_zigzag(step);
    if constexpr (!is_encoder) {
        // Neither is ever 0 in what an encoder writes.
        here.incarnation[slot] =
            static_cast<std::uint16_t>(std::clamp<std::uint32_t>(incarnation, 1, 0xFFFF));
        here.id[slot] = EntityId{last_id_ == 0 ? 1 : last_id_};
        std::fill_n(here.row(slot), type_->columns, 0);
    }
    fields_.tell_raw(here.row(slot));
}

/// Its bit length, then its bits below the highest.
template <class Coder, class Model>
std::uint32_t EntityPass<Coder, Model>::number(std::uint32_t value) {
    const std::uint32_t length = std::min<std::uint32_t>(
        32, code_raw(questions_.coder, static_cast<std::uint32_t>(std::bit_width(value)), 6));
    if (length <= 1) return length;
    return code_raw(questions_.coder, value, length - 1) | 1u << (length - 1);
}

/// Takes over the baseline's entities.
template <class Coder, class Model>
void EntityPass<Coder, Model>::keep(TypeFrameRef here, std::size_t begin, std::size_t end) {
    if constexpr (!is_encoder) {
        const TypeFrame& base = basis_->baseline();
        const std::size_t count = end - begin;
        std::copy_n(base.incarnation.data() + begin, count, here.incarnation.data() + begin);
        std::copy_n(base.id.data() + begin, count, here.id.data() + begin);
        std::copy_n(base.row(begin), count * base.stride(), here.row(begin));
    }
}

template class EntityPass<RangeEncoder, const TrainedModel>;
template class EntityPass<RangeDecoder, const TrainedModel>;
template class EntityPass<RangeEncoder, AdaptiveModel>;
template class EntityPass<RangeDecoder, AdaptiveModel>;

} // namespace engine_net
