#include "replication/codec/field_pass.hpp"

#include "replication/codec/code_model.hpp"
#include "replication/codec/range_coder.hpp"

#include <bit>
#include <cstdlib>

namespace engine_net {

namespace {

std::uint32_t to_unsigned(int value) {
    return static_cast<std::uint32_t>(value);
}

/// Of a rotation's largest component: 9 when it was another one than expected.
std::uint32_t sureness(const Prediction& p, bool has_turned) {
    return has_turned ? 9 : to_unsigned(std::min(p.margin, 8));
}

/// Zero? its sign, its bit length in unary, the bits below the highest: the first two have
/// statistics, the rest is noise and sent as it is.
template <class Coder, class Model, class SignContext>
std::int32_t code_residual(Questions<Coder, Model>& questions,
                           std::int32_t value,
                           const CodedComponent& c,
                           const Context& about,
                           const SignContext& sign,
                           bool is_not_zero) {
    if (!is_not_zero && questions.ask(value == 0, c.size, about)) return 0;
    const bool is_negative = questions.ask(value < 0, c.sign, sign());
    if (!c.is_small)
        return static_cast<std::int32_t>(code_raw(questions.coder, to_unsigned(value), 32));
    const std::uint32_t magnitude = to_unsigned(value < 0 ? -value : value);
    const auto length = static_cast<std::uint32_t>(std::bit_width(magnitude)); // from 1, encoding
    std::uint32_t bits = 0;                                                    // below the highest
    while (bits < residual_bits && questions.ask(bits + 1 < length, c.size, about, 1 + bits))
        ++bits;
    std::uint32_t told = 1;
    std::uint32_t left = bits;
    for (; left > 0 && left + 2 > bits; --left) {
        const bool bit = (magnitude >> (left - 1) & 1) != 0;
        const std::uint32_t place = c.mantissa + bits * 4 + (left == bits ? 0 : 1 + (told & 1));
        told = told << 1 | std::uint32_t{questions.ask(bit, place)};
    }
    if (left > 0) told = told << left | code_raw(questions.coder, magnitude, left);
    return is_negative ? -static_cast<std::int32_t>(told) : static_cast<std::int32_t>(told);
}

} // namespace

template <class Coder, class Model>
void FieldPass<Coder, Model>::enter_type(const CodedType& type) {
    type_ = &type;
    previous_.assign(type.fields.size(), {});
}

template <class Coder, class Model>
void FieldPass<Coder, Model>::use(RowPointer now, Forecast& forecast) {
    now_ = now;
    forecast_ = &forecast;
}

template <class Coder, class Model>
bool FieldPass<Coder, Model>::is_as_predicted() const {
    for (std::size_t f = 0; f < type_->shared_fields; ++f) {
        if (!type_->fields[f].is_fixed && !is_field_predicted(type_->fields[f], forecast_->of(f)))
            return false;
    }
    return true;
}

template <class Coder, class Model>
void FieldPass<Coder, Model>::take_prediction() {
    for (std::size_t f = 0; f < type_->shared_fields; ++f) {
        if (!type_->fields[f].is_fixed) take_field(type_->fields[f], forecast_->of(f));
    }
}

template <class Coder, class Model>
void FieldPass<Coder, Model>::tell() {
    told_total_ = 0;
    told_any_ = false;
    if constexpr (!is_encoder) questions_.coder.end_rest();
    for (std::size_t f = 0; f < type_->shared_fields; ++f) {
        if (type_->fields[f].is_fixed) continue;
        if (velocity_changed(type_->fields[f])) {
            forecast_->predict_again(f, now_);
            told_any_ = true;
        }
        // Something must be other than predicted, or it would have been said so.
        tell_field(f, f == type_->last_field && !told_any_);
        if constexpr (!is_encoder) questions_.coder.end_field(f);
    }
}

template <class Coder, class Model>
void FieldPass<Coder, Model>::tell_raw(RowPointer now) {
    now_ = now;
    if constexpr (!is_encoder) questions_.coder.end_rest();
    for (std::size_t f = 0; f < type_->shared_fields; ++f) {
        raw_numbers(type_->fields[f]);
        if constexpr (!is_encoder) questions_.coder.end_field(f);
    }
}

/// As they are, without a prediction.
template <class Coder, class Model>
void FieldPass<Coder, Model>::raw_numbers(const CodedField& field) {
    if (field.motion == Motion::rotates) {
        const std::uint32_t largest =
            code_raw(questions_.coder, to_unsigned(now_[field.first_column]), 2);
        if constexpr (!is_encoder) now_[field.first_column] = static_cast<std::int32_t>(largest);
    }
    for (const CodedComponent& c : field.components) {
        const std::uint32_t told =
            code_raw(questions_.coder, to_unsigned(now_[c.column]) - to_unsigned(c.lo), c.bits);
        if constexpr (!is_encoder) {
            const std::uint32_t most = to_unsigned(c.hi) - to_unsigned(c.lo);
            now_[c.column] = static_cast<std::int32_t>(std::min(told, most) + to_unsigned(c.lo));
        }
    }
}

template <class Coder, class Model>
bool FieldPass<Coder, Model>::velocity_changed(const CodedField& field) const {
    if (field.moved_by < 0) return false;
    const CodedField& velocity = type_->fields[static_cast<std::size_t>(field.moved_by)];
    return differ(forecast_->baseline() + velocity.first_column,
                  now_ + velocity.first_column,
                  velocity.columns);
}

template <class Coder, class Model>
void FieldPass<Coder, Model>::tell_field(std::size_t index, bool must_differ) {
    const CodedField& field = type_->fields[index];
    const Prediction& p = forecast_->of(index);
    const Residuals theirs = previous_[index];
    previous_[index] = {};
    if (field.components.size() > 1 && !must_differ) {
        const std::uint32_t size = bit_length(told_total_);
        const std::uint32_t straight = to_unsigned(p.straight);
        const std::uint32_t told = told_any_ ? 1 + std::uint32_t{told_total_ > 0} : 0;
        const Context about{(straight * 10 + bit_length(p.distance)) * 10 + p.most_doubt,
                            (size * 10 + theirs.size) * 3 + told,
                            (straight * 4 + fine(p.worst_fraction)) * 10 + theirs.size};
        if (questions_.ask(is_encoder && is_field_predicted(field, p), field.same, about)) {
            take_field(field, p);
            return;
        }
    }
    tell_numbers(field, p, index, must_differ, theirs);
}

template <class Coder, class Model>
std::int32_t FieldPass<Coder, Model>::difference_of(const CodedField& field,
                                                    std::size_t i,
                                                    std::int32_t expected) const {
    if (!is_encoder) return 0;
    const std::uint32_t number = to_unsigned(now_[field.components[i].column]);
    const auto difference = static_cast<std::int32_t>(number - to_unsigned(expected));
    if (field.motion != Motion::turns) return difference;
    return ((difference + field.half_turn) & (2 * field.half_turn - 1)) - field.half_turn;
}

template <class Coder, class Model>
void FieldPass<Coder, Model>::take_difference(const CodedField& field,
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
Context FieldPass<Coder, Model>::size_context(const Prediction& p,
                                              std::size_t i,
                                              std::int32_t fraction,
                                              const Residuals& theirs,
                                              const Circumstances& c) {
    const std::uint32_t straight = to_unsigned(p.straight);
    return {((straight * 10 + p.speed[i]) * 10 + p.doubt[i]) * size_questions,
            ((c.before * 10 + c.size) * 10 + c.jerk) * size_questions,
            (((straight * 10 + theirs.size) * 4 + fine(fraction)) * 3 + c.position) *
                size_questions};
}

template <class Coder, class Model>
Context FieldPass<Coder, Model>::sign_context(const Prediction& p,
                                              std::size_t i,
                                              std::int32_t fraction,
                                              const Residuals& theirs,
                                              const Circumstances& c) {
    const std::uint32_t way = to_unsigned(sign_of(p.move[i]) + 1);
    const std::uint32_t eighth = to_unsigned(std::clamp((fraction + 128) >> 5, 0, 7));
    return {(to_unsigned(p.bend[i] + 1) * 3 + way) * 10 + p.doubt[i],
            (to_unsigned(p.straight) * 8 + eighth) * 3 + c.position,
            ((to_unsigned(c.along + 1) * 3 + way) * 3 + to_unsigned(theirs.sign[i] + 1)) * 2 +
                std::uint32_t{c.has_turned}};
}

template <class Coder, class Model>
void FieldPass<Coder, Model>::tell_numbers(const CodedField& field,
                                           const Prediction& p,
                                           std::size_t index,
                                           bool must_differ,
                                           const Residuals& theirs) {
    const bool rotates = field.motion == Motion::rotates;
    const std::size_t count = field.components.size();
    std::array<std::int32_t, 4> expected = p.value;
    std::array<std::int32_t, 4> fraction = p.fraction;
    if (rotates) std::copy(p.value.begin() + 1, p.value.end(), expected.begin());
    Circumstances c;
    c.size = bit_length(told_total_);
    if (rotates) c.has_turned = !tell_largest(field, p, c.size, theirs.size, expected, fraction);

    // A copy that nothing else knows of: it stays in registers.
    Coder coder = questions_.coder;
    Questions<Coder, Model> questions{coder, questions_.model};
    Residuals& mine = previous_[index];
    bool any = false;
    for (std::size_t i = 0; i < count; ++i) {
        c.position = i == 0 ? 0 : any ? 2 : 1;
        c.jerk = rotates ? sureness(p, c.has_turned) : p.jerk[i];
        const bool is_last_chance =
            count == 1 ? must_differ : i + 1 == count && !any && !c.has_turned;
        const std::int32_t difference = code_residual(
            questions,
            difference_of(field, i, expected[i]),
            field.components[i],
            size_context(p, i, fraction[i], theirs, c),
            [&] {
                return sign_context(p, i, fraction[i], theirs, c);
            },
            is_last_chance);
        take_difference(field, i, expected[i], difference);
        any = any || difference != 0;
        const std::int64_t magnitude = std::abs(std::int64_t{difference});
        told_total_ += static_cast<std::uint32_t>(std::min<std::int64_t>(magnitude, 1 << 20));
        c.before = std::max<std::uint32_t>(c.before, bit_length(difference));
        const int along = sign_of(difference) * sign_of(p.move[i]);
        if (along != 0) c.along = along;
        mine.sign[i] = static_cast<std::int8_t>(sign_of(difference));
    }
    questions_.coder = coder;
    mine.size = static_cast<std::uint8_t>(c.before);
    told_any_ = told_any_ || any || c.has_turned;
}

/// Whether the component left out is the predicted one; if not, what is expected of the others
/// changes with it.
template <class Coder, class Model>
bool FieldPass<Coder, Model>::tell_largest(const CodedField& field,
                                           const Prediction& p,
                                           std::uint32_t size,
                                           std::uint32_t theirs,
                                           std::array<std::int32_t, 4>& expected,
                                           std::array<std::int32_t, 4>& fraction) {
    const std::uint32_t margin = to_unsigned(p.margin);
    const Context about{margin * 10 + p.speed[0], margin * 10 + size, p.speed[0] * 10u + theirs};
    const std::int32_t mine = is_encoder ? now_[field.first_column] : 0;
    std::int32_t largest = p.value[0];
    const bool is_predicted = questions_.ask(mine == p.value[0], field.largest, about);
    if (!is_predicted) {
        const auto order = others_by_size(p);
        largest = questions_.ask(mine == order[0], field.other_largest)       ? order[0]
                  : questions_.ask(mine == order[1], field.other_largest + 1) ? order[1]
                                                                              : order[2];
        expect_rotation(field, p, largest, expected, fraction);
    }
    if constexpr (!is_encoder) now_[field.first_column] = largest;
    return is_predicted;
}

template class FieldPass<RangeEncoder, const TrainedModel>;
template class FieldPass<RangeDecoder, const TrainedModel>;
template class FieldPass<RangeEncoder, AdaptiveModel>;
template class FieldPass<RangeDecoder, AdaptiveModel>;

} // namespace engine_net
