#include "c_api/callback_room.hpp"

#include "c_api/untyped.hpp"
#include "wire/text.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <utility>

using namespace engine_net;

engine_net_presence c_api::presence_of(const Presence& who) {
    return {who.id().value,
            who.name().c_str(),
            who.user().c_str(),
            who.colour(),
            who.team(),
            who.is_spectator(),
            who.is_connected()};
}

engine_net_room::engine_net_room(std::shared_ptr<const c_api::RoomRules> rules)
    : rules_(std::move(rules)) {}

engine_net_room::~engine_net_room() {
    has_ended_ = true;
    if (number != 0 && rules_->game.on_end) rules_->game.on_end(rules_->game.user, this);
}

void engine_net_room::on_create() {
    number = id().value;
    if (rules_->game.on_create) rules_->game.on_create(rules_->game.user, this);
}

Admission engine_net_room::on_join_request(const JoinRequest& request) {
    const engine_net_room_callbacks& game = rules_->game;
    if (!game.on_join_request) return Admission::accept();
    const std::string name(request.name);
    std::array<char, max_reason_bytes + 1> reason{};
    if (game.on_join_request(
            game.user, this, name.c_str(), request.is_spectator, reason.data(), reason.size()))
        return Admission::accept();
    reason.back() = 0;
    const std::string text(reason.data());
    return Admission::refuse(wire::is_utf8(text) ? text : std::string());
}

void engine_net_room::on_join(Presence& who) {
    const engine_net_presence given = c_api::presence_of(who);
    if (rules_->game.on_join) rules_->game.on_join(rules_->game.user, this, &given);
}

void engine_net_room::on_leave(Presence& who, LeaveReason reason) {
    const engine_net_presence given = c_api::presence_of(who);
    if (!rules_->game.on_leave) return;
    rules_->game.on_leave(
        rules_->game.user, this, &given, static_cast<engine_net_leave_reason>(reason));
}

void engine_net_room::on_suspend(Presence& who) {
    const engine_net_presence given = c_api::presence_of(who);
    if (rules_->game.on_suspend) rules_->game.on_suspend(rules_->game.user, this, &given);
}

void engine_net_room::on_resume(Presence& who) {
    const engine_net_presence given = c_api::presence_of(who);
    if (rules_->game.on_resume) rules_->game.on_resume(rules_->game.user, this, &given);
}

void engine_net_room::on_drain(std::uint32_t ticks) {
    if (rules_->game.on_drain) rules_->game.on_drain(rules_->game.user, this, ticks);
}

void engine_net_room::on_tick(Tick tick) {
    if (rules_->game.on_tick) rules_->game.on_tick(rules_->game.user, this, tick.value);
}

void engine_net_room::describe(SnapshotBuilder& snapshot) const {
    for (const auto& [id, entity] : entities_) {
        Untyped::add(snapshot, entity.type->name.c_str(), EntityId{id}, entity.state, entity.owner);
    }
}

const char* engine_net_room::input_type() const {
    return rules_->input_type.c_str();
}

bool engine_net_room::on_input_bytes(Presence& who, std::span<const std::uint8_t> input) {
    const engine_net_room_callbacks& game = rules_->game;
    if (game.on_input) game.on_input(game.user, this, who.id().value, input.data(), input.size());
    return true;
}

bool engine_net_room::on_event_bytes(Presence& who, EventBytes event) {
    const engine_net_room_callbacks& game = rules_->game;
    if (!game.on_event || !rules_->events || !rules_->events->is_valid(event)) return false;
    game.on_event(game.user, this, who.id().value, event.data(), event.size());
    return true;
}

const Presence* engine_net_room::find_presence(std::uint32_t id) const {
    const auto all = presences();
    const auto found = std::ranges::find(all, PresenceId{id}, [](const Presence* one) {
        return one->id();
    });
    return found == all.end() ? nullptr : *found;
}

std::optional<std::uint32_t> engine_net_room::spawn(c_api::RoomEntity entity) {
    if (entities_.size() == max_entities) return std::nullopt;
    entities_.emplace_hint(entities_.end(), ++newest_entity_, std::move(entity));
    return newest_entity_;
}

const c_api::RoomEntity* engine_net_room::find_entity(std::uint32_t id) const {
    const auto found = entities_.find(id);
    return found == entities_.end() ? nullptr : &found->second;
}

void engine_net_room::write(std::uint32_t id, Bytes state) {
    // In place, since the game may still look at it, and these may be its own bytes.
    std::memmove(entities_.at(id).state.data(), state.data(), state.size());
}

void engine_net_room::set_owner(std::uint32_t id, PresenceId owner) {
    entities_.at(id).owner = owner;
}
