#include "replication/codec/entity_pass.hpp"

#include "replication/codec/range_coder.hpp"

#include <cstring>

namespace engine_net {

namespace {

/// How likely the same references serve for a block as for the one before.
constexpr std::uint32_t same_serve = probability_one / 64 * 63;
/// An entity rests that is the same in as many of the youngest references.
constexpr std::size_t rest_references = 4;

std::uint32_t zigzag(std::uint32_t difference) {
    return difference << 1 ^ (0u - (difference >> 31));
}
std::uint32_t from_zigzag(std::uint32_t value) {
    return value >> 1 ^ (0u - (value & 1));
}
std::uint32_t fine(std::int32_t fraction) {
    return std::min<std::uint32_t>(3, static_cast<std::uint32_t>(std::abs(fraction)) >> 5);
}
std::uint32_t to_unsigned(int value) {
    return static_cast<std::uint32_t>(value);
}
bool differ(const std::int32_t* a, const std::int32_t* b, std::size_t columns) {
    std::array<std::int32_t, 4> difference{}; // four at a time, for the compiler to see
    std::size_t i = 0;
    for (; i + 4 <= columns; i += 4) {
        for (std::size_t k = 0; k < 4; ++k) difference[k] |= a[i + k] ^ b[i + k];
    }
    for (; i < columns; ++i) difference[0] |= a[i] ^ b[i];
    return (difference[0] | difference[1] | difference[2] | difference[3]) != 0;
}

/// Of a rotation's largest component: 9 when it was another one than expected.
std::uint32_t sureness(const Prediction& p, bool has_turned) {
    return has_turned ? 9 : to_unsigned(std::min(p.margin, 8));
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
            block(frame, t, slot, next);
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
        return !is_first && coder_.bytes() > room_bytes;
    } else {
        return lacks_reference_ || !coder_.is_sound();
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
    used = is_as_before ? before : code_raw(coder_, static_cast<std::uint32_t>(used), 16);
    // No room has more slots than that, all types together, so neither has what is decoded.
    used = std::clamp(used, from, std::max(from, max_slots - slots_counted_));
    slots_counted_ += used;
    return used;
}

template <class Coder, class Model>
void EntityPass<Coder, Model>::Basis::enter_type(std::uint16_t t) {
    for (std::size_t j = 0; j < references.count; ++j) {
        const TypeFrame& frame = references.frames[j]->types[t];
        rows[j] = {
            frame.incarnation.data(), frame.slots() == 0 ? nullptr : frame.row(0), frame.slots()};
    }
}

template <class Coder, class Model>
void EntityPass<Coder, Model>::enter_type(std::uint16_t t) {
    if (references_.count > 0) stride_ = references_.frames[0]->types[t].stride();
    whole_.enter_type(t);
    basis_ = &whole_;
    serving_ = (1u << references_.count) - 1;
    predictions_.assign(book_.types[t].fields.size(), {});
    previous_.assign(book_.types[t].fields.size(), {});
}

/// The references that know all of these slots.
template <class Coder, class Model>
std::uint32_t
EntityPass<Coder, Model>::serving(std::uint16_t t, std::size_t begin, std::size_t end) const {
    std::uint32_t mask = 0;
    for (std::size_t j = 0; j < references_.count; ++j) {
        const Coverage* coverage = references_.coverages[j];
        if (!coverage || coverage->has(t, begin, end)) mask |= 1u << j;
    }
    return mask;
}

/// Where there are gaps: which references serve for a block. Seldom others than for the one before.
template <class Coder, class Model>
void EntityPass<Coder, Model>::enter_block(std::uint16_t t, std::size_t begin, std::size_t end) {
    if (!references_.has_gaps) return;
    const std::uint32_t here = serving(t, begin, end);
    std::uint32_t told = serving_;
    if (!coder_.bit(here == serving_, same_serve)) told = code_raw(coder_, here, max_references);
    if constexpr (!is_encoder) {
        lacks_reference_ = lacks_reference_ || (told & ~here) != 0;
        told &= here;
    }
    if (told == serving_) return;
    serving_ = told;
    basis_ = &whole_;
    if (told == (1u << references_.count) - 1) return;
    partial_.emplace(references_.only(told));
    partial_->enter_type(t);
    basis_ = &*partial_;
}

template <class Coder, class Model>
void EntityPass<Coder, Model>::find_known(std::size_t slot, std::uint16_t incarnation) {
    known_.count = 0;
    while (known_.count < basis_->references.count && knows(known_.count, slot, incarnation)) {
        known_.rows[known_.count] = basis_->rows[known_.count].row(slot, stride_);
        ++known_.count;
    }
}

template <class Coder, class Model>
bool EntityPass<Coder, Model>::rows_differ(const CodedType& type,
                                           const std::int32_t* a,
                                           const std::int32_t* b,
                                           std::size_t rows) const {
    if (stride_ == type.shared_columns) return std::memcmp(a, b, rows * stride_ * sizeof *a) != 0;
    for (std::size_t i = 0; i < rows; ++i) {
        if (differ(a + i * stride_, b + i * stride_, type.shared_columns)) return true;
    }
    return false;
}

template <class Coder, class Model>
bool EntityPass<Coder, Model>::has_rested(const CodedType& type,
                                          std::size_t begin,
                                          std::size_t end) const {
    const OneReference& base = basis_->rows[0];
    if (basis_->references.count < rest_references || end > base.slots) return false;
    const std::uint16_t* incarnations = base.incarnations + begin;
    const std::size_t count = end - begin;
    if (std::find(incarnations, incarnations + count, 0) != incarnations + count) return false;
    for (std::size_t j = 1; j < rest_references; ++j) {
        const OneReference& older = basis_->rows[j];
        if (end > older.slots ||
            !std::equal(incarnations, incarnations + count, older.incarnations + begin) ||
            rows_differ(type, base.row(begin, stride_), older.row(begin, stride_), count)) {
            return false;
        }
    }
    return true;
}

template <class Coder, class Model>
std::uint32_t
EntityPass<Coder, Model>::flag_of(const CodedType& type, std::size_t begin, std::size_t end) const {
    if (type.flag_column < 0) return 0;
    std::uint32_t flag = 0;
    for (std::size_t slot = begin; slot < end; ++slot)
        flag |= to_unsigned(basis_->rows[0].row(slot, stride_)[type.flag_column]);
    return flag & 1;
}

template <class Coder, class Model>
std::uint32_t EntityPass<Coder, Model>::rest_of(const CodedType& type, std::size_t slot) const {
    const std::int32_t* row = basis_->rows[0].row(slot, stride_);
    const std::uint16_t incarnation = basis_->rows[0].incarnations[slot];
    for (std::uint32_t j = 1; j < rest_references; ++j) {
        const bool rests = j < basis_->references.count && knows(j, slot, incarnation) &&
                           !differ(row, basis_->rows[j].row(slot, stride_), type.shared_columns);
        if (!rests) return j - 1;
    }
    return 3;
}

template <class Coder, class Model>
bool EntityPass<Coder, Model>::is_unchanged(FrameRef frame,
                                            std::uint16_t t,
                                            std::size_t slot) const {
    return is_same(frame, t, slot) && !differ(known_.rows[0], now_, book_.types[t].shared_columns);
}

template <class Coder, class Model>
void EntityPass<Coder, Model>::keep_identity(FrameRef frame, std::uint16_t t, std::size_t slot) {
    if constexpr (!is_encoder) {
        const TypeFrame& base = basis_->references.frames[0]->types[t];
        frame.types[t].incarnation[slot] = base.incarnation[slot];
        frame.types[t].id[slot] = base.id[slot];
        std::copy_n(known_.rows[0], book_.types[t].shared_columns, now_);
    }
}

/// Takes over the baseline's entities.
template <class Coder, class Model>
void EntityPass<Coder, Model>::keep(FrameRef frame,
                                    std::uint16_t t,
                                    std::size_t begin,
                                    std::size_t end) {
    if constexpr (!is_encoder) {
        const TypeFrame& base = basis_->references.frames[0]->types[t];
        TypeFrame& here = frame.types[t];
        const std::size_t count = end - begin;
        std::copy_n(base.incarnation.data() + begin, count, here.incarnation.data() + begin);
        std::copy_n(base.id.data() + begin, count, here.id.data() + begin);
        std::copy_n(base.row(begin), count * stride_, here.row(begin));
    }
}

template <class Coder, class Model>
void EntityPass<Coder, Model>::block(FrameRef frame,
                                     std::uint16_t t,
                                     std::size_t begin,
                                     std::size_t end) {
    enter_block(t, begin, end);
    if (has_rested(book_.types[t], begin, end)) return resting_block(frame, t, begin, end);
    for (std::size_t slot = begin; slot < end; ++slot) entity(frame, t, slot);
}

template <class Coder, class Model>
void EntityPass<Coder, Model>::resting_block(FrameRef frame,
                                             std::uint16_t t,
                                             std::size_t begin,
                                             std::size_t end) {
    const CodedType& type = book_.types[t];
    bool all_rest = false;
    if constexpr (is_encoder) {
        const TypeFrame& here = frame.types[t];
        const OneReference& base = basis_->rows[0];
        all_rest = end <= here.slots() &&
                   std::equal(base.incarnations + begin,
                              base.incarnations + end,
                              here.incarnation.data() + begin) &&
                   !rows_differ(type, base.row(begin, stride_), here.row(begin), end - begin);
    }
    if (ask(all_rest, type.rest + 2 + flag_of(type, begin, end))) return keep(frame, t, begin, end);
    bool has_moved = false;
    for (std::size_t slot = begin; slot < end; ++slot) {
        now_ = frame.types[t].row(slot);
        known_.rows[0] = basis_->rows[0].row(slot, stride_);
        const std::uint32_t flag = flag_of(type, slot, slot + 1);
        // The last one must have moved if no other has, or they all would rest on.
        if ((has_moved || slot + 1 < end) && ask(is_unchanged(frame, t, slot), type.rest + flag)) {
            keep(frame, t, slot, slot + 1);
            continue;
        }
        has_moved = true;
        find_known(slot, basis_->rows[0].incarnations[slot]);
        tell_entity(frame, t, slot, rest_references - 1, flag);
    }
}

template <class Coder, class Model>
void EntityPass<Coder, Model>::entity(FrameRef frame, std::uint16_t t, std::size_t slot) {
    const CodedType& type = book_.types[t];
    now_ = frame.types[t].row(slot);
    const bool is_known = basis_->references.count > 0 && slot < basis_->rows[0].slots &&
                          basis_->rows[0].incarnations[slot] != 0;
    if (!is_known) {
        arrival(frame, t, slot, type.life + 1);
        return;
    }
    known_.rows[0] = basis_->rows[0].row(slot, stride_);
    const std::uint32_t since = rest_of(type, slot);
    const std::uint32_t flag = flag_of(type, slot, slot + 1);
    if (since == rest_references - 1 && ask(is_unchanged(frame, t, slot), type.rest + flag)) {
        keep_identity(frame, t, slot);
        return;
    }
    find_known(slot, basis_->rows[0].incarnations[slot]);
    tell_entity(frame, t, slot, since, flag);
}

template <class Coder, class Model>
void EntityPass<Coder, Model>::tell_entity(
    FrameRef frame, std::uint16_t t, std::size_t slot, std::uint32_t since, std::uint32_t flag) {
    const CodedType& type = book_.types[t];
    const Outlook outlook = predict_entity(type);
    const bool is_same_one = is_same(frame, t, slot);
    const bool is_resting = since == rest_references - 1;
    if (!is_resting || outlook.leads_elsewhere) {
        const Context about{(to_unsigned(outlook.straight) * 10 + bit_length(outlook.distance)) *
                                    10 +
                                outlook.doubt,
                            (since * 2 + flag) * 4 + fine(outlook.fraction),
                            since * 20 + std::uint32_t{previous_[0].size} * 2 + flag};
        if (ask(is_same_one && is_all_predicted(type), type.moved, about)) {
            keep_identity(frame, t, slot);
            take_all_predicted(type);
            return;
        }
        if (outlook.leads_elsewhere && !is_resting &&
            ask(is_unchanged(frame, t, slot), type.stayed, about)) {
            keep_identity(frame, t, slot);
            return;
        }
    }
    if (ask(is_encoder && !is_same_one, type.life + 2)) {
        arrival(frame, t, slot, type.life + 3);
        return;
    }
    keep_identity(frame, t, slot);
    tell_fields(type, 0, type.shared_fields);
}

template <class Coder, class Model>
bool EntityPass<Coder, Model>::arrival(FrameRef frame,
                                       std::uint16_t t,
                                       std::size_t slot,
                                       std::uint32_t question) {
    auto& here = frame.types[t];
    const bool is_there = ask(is_encoder && here.incarnation[slot] != 0, question);
    if constexpr (!is_encoder) {
        if (!is_there) here.incarnation[slot] = 0;
    }
    if (!is_there) return false;
    const std::uint32_t incarnation = number(is_encoder ? here.incarnation[slot] : 0);
    const std::uint32_t step = number(is_encoder ? zigzag(here.id[slot].value - last_id_) : 0);
    last_id_ += from_zigzag(step);
    if constexpr (!is_encoder) {
        // Neither is ever 0 in what an encoder writes.
        here.incarnation[slot] =
            static_cast<std::uint16_t>(std::clamp<std::uint32_t>(incarnation, 1, 0xFFFF));
        here.id[slot] = EntityId{last_id_ == 0 ? 1 : last_id_};
        std::fill_n(now_, book_.types[t].columns, 0);
    }
    for (std::size_t f = 0; f < book_.types[t].shared_fields; ++f) {
        raw_numbers(book_.types[t].fields[f]);
    }
    return true;
}

/// As they are, without a prediction.
template <class Coder, class Model>
void EntityPass<Coder, Model>::raw_numbers(const CodedField& field) {
    if (field.motion == Motion::rotates) {
        const std::uint32_t largest = code_raw(coder_, to_unsigned(now_[field.first_column]), 2);
        if constexpr (!is_encoder) now_[field.first_column] = static_cast<std::int32_t>(largest);
    }
    for (const CodedComponent& c : field.components) {
        const std::uint32_t told =
            code_raw(coder_, to_unsigned(now_[c.column]) - to_unsigned(c.lo), c.bits);
        if constexpr (!is_encoder) {
            const std::uint32_t most = to_unsigned(c.hi) - to_unsigned(c.lo);
            now_[c.column] = static_cast<std::int32_t>(std::min(told, most) + to_unsigned(c.lo));
        }
    }
}

/// Its bit length, then its bits below the highest.
template <class Coder, class Model>
std::uint32_t EntityPass<Coder, Model>::number(std::uint32_t value) {
    const std::uint32_t length = std::min<std::uint32_t>(
        32, code_raw(coder_, static_cast<std::uint32_t>(std::bit_width(value)), 6));
    if (length <= 1) return length;
    return code_raw(coder_, value, length - 1) | 1u << (length - 1);
}

template <class Coder, class Model>
void EntityPass<Coder, Model>::predict(const CodedType& type, std::size_t f) {
    const CodedField& field = type.fields[f];
    Prediction& p = predictions_[f];
    if (field.motion == Motion::rotates)
        return predict_rotation(field, known_, basis_->references, p);
    VelocityRows velocity;
    if (field.moved_by >= 0) {
        velocity = {
            &type.fields[static_cast<std::size_t>(field.moved_by)], velocity_now_, known_.rows[0]};
    }
    predict_numbers(field, known_, basis_->references, basis_->lines, velocity, p);
}

template <class Coder, class Model>
auto EntityPass<Coder, Model>::predict_entity(const CodedType& type) -> Outlook {
    velocity_now_ = known_.rows[0];
    Outlook outlook;
    for (std::size_t f = 0; f < type.shared_fields; ++f) {
        const CodedField& field = type.fields[f];
        if (field.is_fixed) continue;
        Prediction& p = predictions_[f];
        p.straight = 4;
        p.margin = 3;
        p.worst_fraction = 0;
        predict(type, f);
        if (field.motion != Motion::holds)
            outlook.straight = std::min(outlook.straight, p.straight);
        outlook.fraction = std::max(outlook.fraction, p.worst_fraction);
        for (std::size_t i = 0; i < field.components.size(); ++i) {
            outlook.distance += std::abs(std::int64_t{p.move[i]});
            outlook.doubt = std::max<std::uint32_t>(outlook.doubt, p.doubt[i]);
        }
        outlook.leads_elsewhere =
            outlook.leads_elsewhere || !std::equal(p.value.begin(),
                                                   p.value.begin() + field.columns,
                                                   known_.rows[0] + field.first_column);
    }
    return outlook;
}

template <class Coder, class Model>
bool EntityPass<Coder, Model>::is_all_predicted(const CodedType& type) const {
    if (!is_encoder) return false;
    for (std::size_t f = 0; f < type.shared_fields; ++f) {
        if (!type.fields[f].is_fixed && !is_as_predicted(type.fields[f], predictions_[f]))
            return false;
    }
    return true;
}

template <class Coder, class Model>
void EntityPass<Coder, Model>::take_all_predicted(const CodedType& type) {
    for (std::size_t f = 0; f < type.shared_fields; ++f) {
        if (!type.fields[f].is_fixed) take_prediction(type.fields[f], predictions_[f]);
    }
}

template <class Coder, class Model>
bool EntityPass<Coder, Model>::velocity_changed(const CodedType& type,
                                                const CodedField& field) const {
    if (field.moved_by < 0) return false;
    const CodedField& velocity = type.fields[static_cast<std::size_t>(field.moved_by)];
    return differ(
        known_.rows[0] + velocity.first_column, now_ + velocity.first_column, velocity.columns);
}

template <class Coder, class Model>
void EntityPass<Coder, Model>::tell_fields(const CodedType& type,
                                           std::size_t begin,
                                           std::size_t end) {
    told_total_ = 0;
    told_any_ = false;
    velocity_now_ = now_;
    std::size_t last = begin;
    for (std::size_t f = begin; f < end; ++f) {
        if (!type.fields[f].is_fixed) last = f;
    }
    for (std::size_t f = begin; f < end; ++f) {
        if (type.fields[f].is_fixed) continue;
        if (velocity_changed(type, type.fields[f])) {
            predictions_[f].straight = 4;
            predictions_[f].worst_fraction = 0;
            predict(type, f);
            told_any_ = true;
        }
        // Something must be other than predicted, or it would have been said so.
        tell_field(type, f, f == last && !told_any_);
    }
}

template <class Coder, class Model>
void EntityPass<Coder, Model>::tell_field(const CodedType& type,
                                          std::size_t index,
                                          bool must_differ) {
    const CodedField& field = type.fields[index];
    const Prediction& p = predictions_[index];
    const Residuals theirs = previous_[index];
    previous_[index] = {};
    if (field.components.size() > 1 && !must_differ) {
        const std::uint32_t size = bit_length(told_total_);
        const std::uint32_t straight = to_unsigned(p.straight);
        std::int64_t speed = 0;
        std::uint32_t doubt = 0;
        for (std::size_t i = 0; i < field.components.size(); ++i) {
            speed += std::abs(std::int64_t{p.move[i]});
            doubt = std::max<std::uint32_t>(doubt, p.doubt[i]);
        }
        const std::uint32_t told = told_any_ ? 1 + std::uint32_t{told_total_ > 0} : 0;
        const Context about{(straight * 10 + bit_length(speed)) * 10 + doubt,
                            (size * 10 + theirs.size) * 3 + told,
                            (straight * 4 + fine(p.worst_fraction)) * 10 + theirs.size};
        if (ask(is_encoder && is_as_predicted(field, p), field.same, about)) {
            take_prediction(field, p);
            return;
        }
    }
    tell_numbers(field, p, index, must_differ, theirs);
}

template <class Coder, class Model>
std::int32_t EntityPass<Coder, Model>::difference_of(const CodedField& field,
                                                     std::size_t i,
                                                     std::int32_t expected) const {
    if (!is_encoder) return 0;
    const std::uint32_t number = to_unsigned(now_[field.components[i].column]);
    const auto difference = static_cast<std::int32_t>(number - to_unsigned(expected));
    if (field.motion != Motion::turns) return difference;
    return ((difference + field.half_turn) & (2 * field.half_turn - 1)) - field.half_turn;
}

template <class Coder, class Model>
void EntityPass<Coder, Model>::take_difference(const CodedField& field,
                                               std::size_t i,
                                               std::int32_t expected,
                                               std::int32_t difference) {
    if constexpr (!is_encoder) {
        const CodedComponent& component = field.components[i];
        const auto told =
            static_cast<std::int32_t>(to_unsigned(expected) + to_unsigned(difference));
        now_[component.column] = field.motion == Motion::turns
                                     ? told & (2 * field.half_turn - 1)
                                     : std::clamp(told, component.lo, component.hi);
    }
}

template <class Coder, class Model>
Context EntityPass<Coder, Model>::size_context(const Prediction& p,
                                               std::size_t i,
                                               std::int32_t fraction,
                                               const Residuals& theirs,
                                               const Circumstances& c) const {
    const std::uint32_t straight = to_unsigned(p.straight);
    return {((straight * 10 + p.speed[i]) * 10 + p.doubt[i]) * size_questions,
            ((c.before * 10 + c.size) * 10 + c.jerk) * size_questions,
            (((straight * 10 + theirs.size) * 4 + fine(fraction)) * 3 + c.position) *
                size_questions};
}

template <class Coder, class Model>
Context EntityPass<Coder, Model>::sign_context(const Prediction& p,
                                               std::size_t i,
                                               std::int32_t fraction,
                                               const Residuals& theirs,
                                               const Circumstances& c) const {
    const std::uint32_t way = to_unsigned(sign_of(p.move[i]) + 1);
    const std::uint32_t eighth = to_unsigned(std::clamp((fraction + 128) >> 5, 0, 7));
    return {(to_unsigned(p.bend[i] + 1) * 3 + way) * 10 + p.doubt[i],
            (to_unsigned(p.straight) * 8 + eighth) * 3 + c.position,
            ((to_unsigned(c.along + 1) * 3 + way) * 3 + to_unsigned(theirs.sign[i] + 1)) * 2 +
                std::uint32_t{c.has_turned}};
}

template <class Coder, class Model>
void EntityPass<Coder, Model>::tell_numbers(const CodedField& field,
                                            const Prediction& p,
                                            std::size_t index,
                                            bool must_differ,
                                            const Residuals& theirs) {
    const bool rotates = field.motion == Motion::rotates;
    const std::size_t count = field.components.size();
    std::array<std::int32_t, 4> expected{};
    std::array<std::int32_t, 4> fraction = p.fraction;
    std::copy_n(p.value.begin() + (rotates ? 1 : 0), count, expected.begin());
    Circumstances c;
    c.size = bit_length(told_total_);
    if (rotates) c.has_turned = !tell_largest(field, p, c.size, theirs.size, expected, fraction);

    Residuals& mine = previous_[index];
    bool any = false;
    for (std::size_t i = 0; i < count; ++i) {
        c.position = i == 0 ? 0 : any ? 2 : 1;
        c.jerk = rotates ? sureness(p, c.has_turned) : p.jerk[i];
        const bool is_last_chance =
            count == 1 ? must_differ : i + 1 == count && !any && !c.has_turned;
        const std::int32_t difference = residual(difference_of(field, i, expected[i]),
                                                 field.components[i],
                                                 size_context(p, i, fraction[i], theirs, c),
                                                 sign_context(p, i, fraction[i], theirs, c),
                                                 is_last_chance);
        take_difference(field, i, expected[i], difference);
        any = any || difference != 0;
        const std::int64_t magnitude = std::abs(std::int64_t{difference});
        told_total_ += static_cast<std::uint32_t>(std::min<std::int64_t>(magnitude, 1 << 20));
        c.before = std::max<std::uint32_t>(c.before, bit_length(difference));
        if (difference != 0 && p.move[i] != 0) c.along = sign_of(difference) * sign_of(p.move[i]);
        mine.sign[i] = static_cast<std::int8_t>(sign_of(difference));
    }
    mine.size = static_cast<std::uint8_t>(c.before);
    told_any_ = told_any_ || any || c.has_turned;
}

/// Whether the component left out is the predicted one; if not, what is expected of the others
/// changes with it.
template <class Coder, class Model>
bool EntityPass<Coder, Model>::tell_largest(const CodedField& field,
                                            const Prediction& p,
                                            std::uint32_t size,
                                            std::uint32_t theirs,
                                            std::array<std::int32_t, 4>& expected,
                                            std::array<std::int32_t, 4>& fraction) {
    const std::uint32_t margin = to_unsigned(p.margin);
    const Context about{margin * 10 + p.speed[0], margin * 10 + size, p.speed[0] * 10u + theirs};
    const std::int32_t mine = is_encoder ? now_[field.first_column] : 0;
    std::int32_t largest = p.value[0];
    const bool is_predicted = ask(mine == p.value[0], field.largest, about);
    if (!is_predicted) {
        const auto order = others_by_size(p);
        largest = ask(mine == order[0], field.other_largest)       ? order[0]
                  : ask(mine == order[1], field.other_largest + 1) ? order[1]
                                                                   : order[2];
        expect_rotation(field, p, largest, expected, fraction);
    }
    if constexpr (!is_encoder) now_[field.first_column] = largest;
    return is_predicted;
}

/// Zero? its sign, its bit length in unary, the bits below the highest: the first two have
/// statistics, the rest is noise and sent as it is.
template <class Coder, class Model>
std::int32_t EntityPass<Coder, Model>::residual(std::int32_t value,
                                                const CodedComponent& c,
                                                const Context& about,
                                                const Context& sign,
                                                bool is_not_zero) {
    if (!is_not_zero && ask(value == 0, c.size, about)) return 0;
    const bool is_negative = ask(value < 0, c.sign, sign);
    if (!c.is_small) return static_cast<std::int32_t>(code_raw(coder_, to_unsigned(value), 32));
    const std::uint32_t magnitude = to_unsigned(value < 0 ? -value : value);
    const auto length = static_cast<std::uint32_t>(std::bit_width(magnitude)); // from 1, encoding
    std::uint32_t bits = 0;                                                    // below the highest
    while (bits < residual_bits && ask(bits + 1 < length, c.size, about, 1 + bits)) ++bits;
    std::uint32_t told = 1;
    for (std::uint32_t b = bits; b-- > 0;) {
        const bool bit = (magnitude >> b & 1) != 0;
        const bool has_statistics = b + 2 >= bits;
        const std::uint32_t place = c.mantissa + bits * 4 + (b + 1 == bits ? 0 : 1 + (told & 1));
        told = told << 1 | std::uint32_t{has_statistics ? ask(bit, place)
                                                        : coder_.bit(bit, probability_one / 2)};
    }
    return is_negative ? -static_cast<std::int32_t>(told) : static_cast<std::int32_t>(told);
}

template class EntityPass<RangeEncoder, const TrainedModel>;
template class EntityPass<RangeDecoder, const TrainedModel>;
template class EntityPass<RangeEncoder, AdaptiveModel>;
template class EntityPass<RangeDecoder, AdaptiveModel>;

} // namespace engine_net
