#include "replication/codec/entity_pass.hpp"

#include "replication/codec/code_model.hpp"
#include "replication/codec/range_coder.hpp"

#include <algorithm>
#include <bit>

namespace engine_net {

namespace {

constexpr std::uint32_t has_rested_on = rest_references - 1; ///< see `Basis::rest_of`

std::uint32_t zigzag(std::uint32_t difference) {
    return difference << 1 ^ (0u - (difference >> 31));
}
std::uint32_t from_zigzag(std::uint32_t value) {
    return value >> 1 ^ (0u - (value & 1));
}

Verdict verdict_of(const Outlook& outlook, std::uint32_t rest, std::uint32_t flag) {
    const auto straight = static_cast<std::uint32_t>(outlook.straight);
    const std::uint32_t course =
        (straight * 10 + bit_length(outlook.distance)) * 10 + outlook.doubt;
    const std::uint32_t past = (rest * 2 + flag) * 4 + fine(outlook.fraction);
    return {.kind = Verdict::Kind::unknown,
            .past = static_cast<std::uint8_t>(past),
            .course = static_cast<std::uint16_t>(course)};
}

} // namespace

template <class Coder, class Model>
void EntityPass<Coder, Model>::enter_type(const CodedType& type, std::uint16_t number) {
    type_ = &type;
    number_ = number;
    if constexpr (!is_encoder) questions_.coder.enter_type(number);
    fields_.enter_type(type);
    forecast_.enter_type(type);
}

template <class Coder, class Model>
void EntityPass<Coder, Model>::keep(TypeFrameRef here, std::size_t begin, std::size_t end) {
    if constexpr (!is_encoder) {
        if (!basis_->has_slots(begin)) return;
        const TypeFrame& base = basis_->baseline();
        const std::size_t count = std::min(end, base.slots()) - begin;
        std::copy_n(base.incarnation.data() + begin, count, here.incarnation.data() + begin);
        std::copy_n(base.id.data() + begin, count, here.id.data() + begin);
        std::copy_n(base.row(begin), count * base.stride(), here.row(begin));
    }
}

template <class Coder, class Model>
void EntityPass<Coder, Model>::entity(TypeFrameRef here, std::size_t slot) {
    if (is_told_by_verdict(here, slot)) return;
    if (!basis_->has(slot)) return arrival(here, slot, type_->life + 1);
    const std::uint32_t rest = basis_->rest_of(slot);
    if (rest == has_rested_on && rests_on(here, slot)) return;
    tell_entity(here, slot, rest, basis_->flag_of(slot));
}

/// Encoding: it was found out before, and now is said.
template <class Coder, class Model>
bool EntityPass<Coder, Model>::is_told_by_verdict(const TypeFrame& here, std::size_t slot) {
    if (!is_encoder || slot >= verdicts_.size() || !is_here(here, slot)) return false;
    const Verdict& verdict = verdicts_[slot];
    switch (verdict.kind) {
    case Verdict::Kind::unknown: return false;
    case Verdict::Kind::rests_on: return ask(true, type_->rest + verdict.flag());
    case Verdict::Kind::as_predicted:
        return questions_.ask(true, type_->moved, verdict.about(fields_.last_size()));
    }
    return false;
}

template <class Coder, class Model>
void EntityPass<Coder, Model>::note(std::size_t slot, Verdict verdict, Verdict::Kind kind) {
    if (!is_encoder || slot >= verdicts_.size()) return;
    verdict.kind = kind;
    verdicts_[slot] = verdict;
}

template <class Coder, class Model>
bool EntityPass<Coder, Model>::rests_on(TypeFrameRef here, std::size_t slot) {
    const std::uint32_t flag = basis_->flag_of(slot);
    if (!ask(is_unchanged(here, slot), type_->rest + flag)) return false;
    note(slot, verdict_of({}, 0, flag), Verdict::Kind::rests_on);
    return true;
}

template <class Coder, class Model>
void EntityPass<Coder, Model>::no_rest(TypeFrameRef here, std::size_t slot) {
    tell_entity(here, slot, has_rested_on, basis_->flag_of(slot));
}

template <class Coder, class Model>
bool EntityPass<Coder, Model>::all_rest_on(TypeFrameRef here, std::size_t begin, std::size_t end) {
    const bool all_rest = is_encoder && basis_->is_same(here, begin, end);
    return ask(all_rest, type_->rest + 2 + basis_->flag_of(begin, end));
}

/// It has not rested on, if it has rested.
template <class Coder, class Model>
void EntityPass<Coder, Model>::tell_entity(TypeFrameRef here,
                                           std::size_t slot,
                                           std::uint32_t rest,
                                           std::uint32_t flag) {
    forecast_.predict(*basis_, slot);
    fields_.use(here.row(slot), forecast_);
    const Outlook& outlook = forecast_.outlook();
    const bool is_same = is_same_one(here, slot);
    if (rest != has_rested_on || outlook.leads_elsewhere) {
        const Verdict verdict = verdict_of(outlook, rest, flag);
        const Context about = verdict.about(fields_.last_size());
        const bool is_as_predicted = is_encoder && is_same && fields_.is_as_predicted();
        if (questions_.ask(is_as_predicted, type_->moved, about)) {
            note(slot, verdict, Verdict::Kind::as_predicted);
            return fields_.take_prediction();
        }
        if (outlook.leads_elsewhere && rest != has_rested_on &&
            questions_.ask(is_unchanged(here, slot), type_->stayed, about))
            return;
    }
    if (ask(is_encoder && !is_same, type_->life + 2)) return arrival(here, slot, type_->life + 3);
    fields_.tell();
}

template <class Coder, class Model>
void EntityPass<Coder, Model>::arrival(TypeFrameRef here,
                                       std::size_t slot,
                                       std::uint32_t question) {
    if (ask(is_here(here, slot), question)) return arrive(here, slot);
    if constexpr (!is_encoder) {
        here.incarnation[slot] = 0;
        here.id[slot] = {};
    }
}

template <class Coder, class Model>
void EntityPass<Coder, Model>::arrive(TypeFrameRef here, std::size_t slot) {
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

template <class Coder, class Model>
std::uint32_t EntityPass<Coder, Model>::number(std::uint32_t value) {
    const std::uint32_t length = std::min<std::uint32_t>(
        32, code_raw(questions_.coder, static_cast<std::uint32_t>(std::bit_width(value)), 6));
    if (length <= 1) return length;
    return code_raw(questions_.coder, value, length - 1) | 1u << (length - 1);
}

template class EntityPass<RangeEncoder, const TrainedModel>;
template class EntityPass<RangeDecoder, const TrainedModel>;
template class EntityPass<RangeEncoder, AdaptiveModel>;
template class EntityPass<RangeDecoder, AdaptiveModel>;

} // namespace engine_net
