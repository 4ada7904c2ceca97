#include "client/entity_prediction.hpp"

#include <algorithm>
#include <chrono>

namespace engine_net {

namespace {

/// Ticks that it runs ahead at most, so that all of them are kept. Who hears nothing for longer
/// stands still.
constexpr std::int32_t most_ahead = static_cast<std::int32_t>(history_ticks) - 2;

constexpr std::size_t aligned(std::size_t bytes) {
    constexpr std::size_t unit = alignof(std::max_align_t);
    return (bytes + unit - 1) / unit * unit;
}

} // namespace

EntityPrediction::EntityPrediction(std::unique_ptr<PredictionModel> model,
                                   const EntityType& type,
                                   Duration tick_period)
    : model_(std::move(model))
    , type_(type)
    , tick_seconds_(std::chrono::duration<double>(tick_period).count())
    , told_(type.struct_bytes)
    , stride_(aligned(type.struct_bytes))
    , shown_(stride_ * history_ticks) {}

void EntityPrediction::take(const Told& told, const InputSender& inputs, Time now) {
    const bool is_another = !moves(told.id);
    if (!is_another && told.tick <= acked_) return;
    // Behind the server, or so far ahead that what was predicted for it is forgotten.
    const bool is_lost = told.tick > newest_ || newest_ - told.tick > most_ahead;
    const bool has_jumped = !is_another && engine_net::has_jumped(type_, told_.data(), told.state);
    std::copy_n(told.state, type_.struct_bytes, told_.data());
    acked_ = told.tick;
    if (is_another || is_lost) return begin(told, inputs);

    ++stats_.checked;
    StructBytes predicted;
    std::copy_n(told.state, type_.struct_bytes, predicted.data());
    model_->load(told.tick);
    model_->describe(predicted.data());
    if (!differ(type_, predicted.data(), told.state)) return;
    if (!has_jumped) {
        const double size = distance(type_, predicted.data(), told.state);
        ++stats_.corrections;
        stats_.newest_error = size;
        stats_.largest_error = std::max(stats_.largest_error, size);
        stats_.sum_of_errors += size;
    }
    correct(told, inputs, now);
}

void EntityPrediction::begin(const Told& told, const InputSender& inputs) {
    is_running_ = true;
    id_ = told.id;
    first_ = told.tick;
    newest_ = told.tick;
    corrected_.reset();
    model_->begin();
    model_->correct(told_.data());
    save(told.tick);
    const Tick target = inputs.newest_tick().value_or(told.tick);
    if (target - told.tick > most_ahead) return;
    while (newest_ < target) step(newest_ + 1, inputs, false);
}

void EntityPrediction::correct(const Told& told, const InputSender& inputs, Time now) {
    StructBytes before;
    std::copy_n(shown(newest_), type_.struct_bytes, before.data());
    add_rest_of_correction(now, before.data());

    const Tick newest = newest_;
    newest_ = told.tick;
    model_->correct(told_.data());
    save(told.tick);
    while (newest_ < newest) step(newest_ + 1, inputs, false);
    correction_ = offset_between(type_, before.data(), shown(newest_));
    corrected_ = now;
}

void EntityPrediction::advance(const InputSender& inputs) {
    const auto target = inputs.newest_tick();
    if (!is_running_ || !target) return;
    while (newest_ < *target && newest_ - acked_ < most_ahead) step(newest_ + 1, inputs, true);
    stats_.ticks_ahead = newest_ - acked_;
}

/// From the tick before it.
void EntityPrediction::step(Tick tick, const InputSender& inputs, bool is_first) {
    const Bytes input = inputs.input_of(tick);
    if (input.size() == model_->input_bytes()) std::ranges::copy(input, input_.begin());
    model_->load(newest_);
    model_->step(input_.data(), {tick, tick_seconds_, is_first});
    newest_ = tick;
    save(tick);
}

void EntityPrediction::save(Tick tick) {
    model_->save(tick);
    std::copy(told_.begin(), told_.end(), shown(tick));
    model_->describe(shown(tick));
}

void EntityPrediction::write(const TickTime& when, Time now, std::uint8_t* state) const {
    // The state of a tick is there at its end: the way from one to the next is what a tick takes.
    const bool is_between = when.tick >= first_ && when.tick < newest_ &&
                            newest_ - when.tick < static_cast<std::int32_t>(history_ticks);
    if (is_between) {
        interpolate(
            type_, shown(when.tick), shown(when.tick + 1), tick_seconds_, when.fraction, state);
    } else {
        std::copy_n(shown(when.tick < first_ ? first_ : newest_), type_.struct_bytes, state);
    }
    add_rest_of_correction(now, state);
}

/// It fades evenly.
void EntityPrediction::add_rest_of_correction(Time now, std::uint8_t* state) const {
    const Duration whole = model_->smoothing();
    if (!corrected_ || !correction_.is_any || now - *corrected_ >= whole) return;
    const double left =
        1 - std::chrono::duration<double>(now - *corrected_) / std::chrono::duration<double>(whole);
    add_offset(type_, state, correction_, left);
}

} // namespace engine_net
