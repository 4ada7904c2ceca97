#include "client/core.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace engine_net {

// How the game's inputs get to the server, each just in time for its tick, and what the client
// makes of them meanwhile.

void Client::Core::set_input(const char* type, Bytes input) {
    input_type_ = type;
    input_.assign(input.begin(), input.end());
    renew_input();
}

/// The game's newest input is what the ticks to come get, if the room's schema has such a struct.
void Client::Core::renew_input() {
    if (input_.empty()) return;
    if (!view_ || !view_->to_server(input_type_, input_).empty()) return inputs_.set(input_);
    inputs_.clear();
    if (std::exchange(lacks_input_, true)) return;
    config_.log(LogLevel::error,
                "inputs are not sent: the server's schema has no struct " +
                    std::string(input_type_) + " that is one");
}

void Client::Core::take_input_report(const wire::Heartbeat& heartbeat) {
    if (!is_suspected_) {
        inputs_.take_report({Tick{heartbeat.input_gap()}, heartbeat.input_gap_ticks()});
    }
    if (heartbeats_.round_trip() > Duration(0))
        lead_.guess(heartbeats_.round_trip(), heartbeats_.jitter());
    if (heartbeat.inputs_received() == 0) return;
    lead_.take_report(Tick{heartbeat.input_lead_tick()}, Duration(heartbeat.input_lead_us()), now_);
    loss_out_.note(heartbeat.inputs_newest(), heartbeat.inputs_received());
}

/// Gives the ticks that are due their inputs, while the link is lost too; how many.
std::size_t Client::Core::give_inputs(Time now) {
    lead_.advance_to(now);
    const auto newest = view_->replica().newest_tick();
    if (newest && !awaits_moved_room_) inputs_.forget_until(*newest);
    const auto due = clock_.tick_at(clock_.server_time(now) + lead_.lead());
    if (!due) return 0;
    const std::optional<Tick> before = inputs_.newest_tick();
    const Tick target = *due + 1;
    const std::size_t fresh = inputs_.advance_to(target);
    for (std::size_t i = 0; i < fresh; ++i) lead_.note_given(target - static_cast<std::int32_t>(i));
    const std::int32_t skipped =
        before && fresh > 0 ? target - *before - static_cast<std::int32_t>(fresh) : 0;
    if (skipped > 0) {
        ++stats_.input_jumps;
        config_.log(LogLevel::info,
                    "inputs jumped forward by " + std::to_string(skipped) +
                        " ticks: the client was not polled, or the way to the server is longer");
    }
    return fresh;
}

/// Whether it sent any, or acks.
bool Client::Core::send_inputs(Time now, std::size_t fresh) {
    const Acks acks = view_->replica().acks();
    const bool are_acks_due = acks.any && (!last_ack_ || now - *last_ack_ >= clock_.tick_period());
    stats_.inputs_sent += fresh;
    if (fresh == 0 && !are_acks_due) return false;
    last_ack_ = now;
    const std::size_t count = inputs_.count();
    const Tick newest = inputs_.newest_tick().value_or(Tick{});
    std::vector<std::uint8_t> inputs;
    for (std::size_t left = count; left > 0; --left) {
        const Bytes own = inputs_.input_of(newest - static_cast<std::int32_t>(left - 1));
        const Bytes input = view_->to_server(input_type_, own);
        inputs.insert(inputs.end(), input.begin(), input.end());
    }
    const wire::InputHeader header(
        wire::HotKind::input,
        static_cast<std::uint8_t>(count),
        static_cast<std::uint8_t>(count == 0 ? 0 : inputs.size() / count),
        std::uint8_t{acks.any},
        acks.bits,
        newest.value,
        acks.newest,
        static_cast<std::uint16_t>(presence_.value),
        ++input_sequence_,
        0,
        shown_ago(newest));
    hot_message_.clear();
    wire::encode_input(header, inputs, hot_message_);
    link_->send(Channel::inputs, hot_message_);
    return true;
}

void Client::Core::predict(std::unique_ptr<PredictionModel> model) {
    models_.push_back(std::move(model));
}

/// Of the models that the game gave, now that the schema and the tick rate are known.
void Client::Core::make_predictions() {
    for (auto& model : models_) {
        const std::string name = model->state_type();
        const auto type = std::ranges::find(schema_->types(), name, &EntityType::name);
        if (type == schema_->types().end()) {
            config_.log(LogLevel::error,
                        "nothing is predicted: " + name + " is not replicated in the schema");
            continue;
        }
        std::erase_if(predictions_, [&](const auto& one) {
            return one->type().name == name;
        });
        predictions_.push_back(
            std::make_unique<EntityPrediction>(std::move(model), *type, clock_.tick_period()));
    }
    models_.clear();
}

void Client::Core::predict_all(Time now) {
    if (!models_.empty()) make_predictions();
    const std::optional<Tick> newest = view_->replica().newest_tick();
    const bool has_news = newest != std::exchange(predicted_from_, newest);
    for (const auto& prediction : predictions_) {
        if (has_news) predict(*prediction, now);
        prediction->advance(inputs_);
    }
}

/// Compares it with what the server has told since.
void Client::Core::predict(EntityPrediction& prediction, Time now) {
    const char* const type = prediction.model().state_type();
    StructBytes state;
    std::optional<EntityId> own = prediction.own();
    // Mostly it is the same one as before.
    if (own && (!view_->find(type, *own, Shown::newest, state.data()) ||
                !prediction.model().owns(*own, state.data())))
        own.reset();
    if (!own) {
        view_->each(type, Shown::newest, [&](EntityId id, const void* one) {
            if (!own && prediction.model().owns(id, one)) own = id;
        });
    }
    if (!own) return prediction.stop();
    const std::optional<Tick> told = view_->find_told(type, *own, state.data());
    if (told) prediction.take({*told, *own, state.data()}, inputs_, now);
}

const EntityPrediction* Client::Core::find_prediction(const char* type, Shown shown) const {
    if (shown != Shown::predicted) return nullptr;
    const auto found = std::ranges::find_if(predictions_, [&](const auto& one) {
        return one->own() && one->type().name == type;
    });
    return found == predictions_.end() ? nullptr : found->get();
}

/// By how much what is shown lies before a tick, as `wire::InputHeader` says it.
std::uint16_t Client::Core::shown_ago(Tick tick) const {
    constexpr std::uint16_t nothing = 0xFFFF;
    const std::optional<TickTime> shown = shown_time(now_);
    if (!shown || awaits_moved_room_) return nothing;
    constexpr double parts = 64;
    const double ago = (TickTime{tick} - *shown) * parts;
    return static_cast<std::uint16_t>(std::clamp(ago, 0.0, double{nothing - 1}));
}

} // namespace engine_net
