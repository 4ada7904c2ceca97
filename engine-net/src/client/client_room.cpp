#include "client/core.hpp"
#include "core/assert.hpp"

#include <engine_net/limits.hpp>

#include <array>
#include <cstddef>
#include <utility>

namespace engine_net {

// What a client has of its room, and does there.

std::span<const std::uint8_t> Client::room_state_bytes(StateCheck check) const {
    if (!core_->thread.is_here("Client::room_state")) return {};
    return core_->room_state(check);
}

std::span<const std::uint8_t> Client::private_state_bytes(StateCheck check) const {
    if (!core_->thread.is_here("Client::private_state")) return {};
    return core_->private_state(check);
}

void Client::on_room_state_news(std::function<void()> handler) {
    if (core_->thread.is_here("Client::on_room_state")) core_->on_room_state = std::move(handler);
}

void Client::on_private_state_news(std::function<void()> handler) {
    if (core_->thread.is_here("Client::on_private_state"))
        core_->on_private_state = std::move(handler);
}

Tick Client::server_tick(Time now) const {
    if (!core_->thread.is_here("Client::server_tick")) return {};
    return core_->clock().tick_at(core_->clock().server_time(now)).value_or(Tick{});
}

std::optional<TickTime> Client::shown_time(Time now) const {
    if (!core_->thread.is_here("Client::shown_time")) return std::nullopt;
    return core_->shown_time(now);
}

Duration Client::server_time(Time now) const {
    if (!core_->thread.is_here("Client::server_time") || !core_->clock().is_set())
        return Duration(0);
    return core_->clock().server_time(now).time_since_epoch();
}

ClientStats Client::stats() const {
    return core_->thread.is_here("Client::stats") ? core_->stats() : ClientStats{};
}

std::vector<TypeTraffic> Client::traffic() {
    if (!core_->thread.is_here("Client::traffic")) return {};
    return core_->traffic();
}

void Client::send_input_bytes(const char* type, const void* input, std::size_t bytes) {
    if (!core_->thread.is_here("Client::send_input")) return;
    ENGINE_NET_ASSERT(bytes <= max_input_bytes);
    core_->set_input(type, {static_cast<const std::uint8_t*>(input), bytes});
}

void Client::predict_model(std::unique_ptr<PredictionModel> model) {
    if (!core_->thread.is_here("Client::predict")) return;
    ENGINE_NET_ASSERT(model->is_complete());
    if (model->is_complete()) core_->predict(std::move(model));
}

void Client::refuse_event() {
    core_->refuse_event();
}

void Client::each_struct(const char* type,
                         Time now,
                         Shown shown,
                         const std::function<void(EntityId, const void*)>& visit) const {
    if (!core_->thread.is_here("Client::each")) return;
    const EntityPrediction* const prediction = core_->find_prediction(type, shown);
    Shown rest = shown;
    const RoomView* const view = core_->view_at(now, rest);
    if (!view) return;
    if (!prediction) return view->each(type, rest, visit);
    view->each(type, rest, [&](EntityId id, const void* state) {
        if (!prediction->moves(id)) visit(id, state);
    });
    StructBytes state;
    prediction->write(core_->input_time(now), now, state.data());
    visit(*prediction->own(), state.data());
}

bool Client::find_struct(const char* type, EntityId id, Time now, Shown shown, void* state) const {
    if (!core_->thread.is_here("Client::find")) return false;
    const EntityPrediction* const prediction = core_->find_prediction(type, shown);
    Shown rest = shown;
    const RoomView* const view = core_->view_at(now, rest);
    if (!view || !prediction || !prediction->moves(id))
        return view && view->find(type, id, rest, state);
    prediction->write(core_->input_time(now), now, static_cast<std::uint8_t*>(state));
    return true;
}

} // namespace engine_net
