#include "replication/codec/forecast.hpp"

#include <algorithm>

namespace engine_net {

void Forecast::enter_type(const CodedType& type) {
    type_ = &type;
    predictions_.resize(type.shared_fields);
}

void Forecast::predict(const Basis& basis, std::size_t slot) {
    basis_ = &basis;
    known_ = basis.known(slot);
    outlook_ = {};
    for (std::size_t f = 0; f < type_->shared_fields; ++f) {
        const CodedField& field = type_->fields[f];
        if (field.is_fixed) continue;
        predict_field(f, baseline());
        count_in(field, predictions_[f]);
    }
}

void Forecast::predict_field(std::size_t index, const std::int32_t* velocity_now) {
    const CodedField& field = type_->fields[index];
    Prediction& p = predictions_[index];
    p.straight = 4;
    p.margin = 3;
    p.worst_fraction = 0;
    p.distance = 0;
    p.most_doubt = 0;
    if (field.motion == Motion::rotates) return predict_rotation(field, known_, basis_->turns(), p);
    VelocityRows velocity;
    if (field.moved_by >= 0) {
        const auto mover = static_cast<std::size_t>(field.moved_by);
        velocity = {&type_->fields[mover], velocity_now, baseline()};
    }
    predict_numbers(field, known_, basis_->references(), basis_->lines(), velocity, p);
}

void Forecast::count_in(const CodedField& field, const Prediction& p) {
    if (field.motion != Motion::holds) outlook_.straight = std::min(outlook_.straight, p.straight);
    outlook_.fraction = std::max(outlook_.fraction, p.worst_fraction);
    outlook_.distance += p.distance;
    outlook_.doubt = std::max(outlook_.doubt, p.most_doubt);
    outlook_.leads_elsewhere =
        outlook_.leads_elsewhere ||
        differ(p.value.data(), baseline() + field.first_column, field.columns);
}

} // namespace engine_net
