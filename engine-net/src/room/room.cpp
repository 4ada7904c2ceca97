#include "core/assert.hpp"
#include "room/room_instance.hpp"

#include <engine_net/limits.hpp>
#include <engine_net/room.hpp>

namespace engine_net {

namespace {

bool fits(EventBytes event, Delivery delivery) {
    return event.size() <=
           (delivery == Delivery::reliable ? max_event_bytes : max_unreliable_event_bytes);
}

bool fits_state(std::span<const std::uint8_t> state) {
    return !state.empty() && state.size() <= max_state_bytes;
}

} // namespace

Tick Room::tick() const {
    return instance_->thread.is_here("Room::tick") ? instance_->tick() : Tick{};
}

double Room::tick_seconds() const {
    return 1.0 / instance_->settings().tick_rate;
}

RoomId Room::id() const {
    return instance_->id();
}

std::uint64_t Room::seed() const {
    return instance_->settings().seed;
}

std::span<Presence* const> Room::presences() const {
    if (!instance_->thread.is_here("Room::presences")) return {};
    return instance_->presences();
}

void Room::send_event(const Presence& to, EventBytes event, Delivery delivery) {
    const Presence* const presence = &to;
    send_event({&presence, 1}, event, delivery);
}

void Room::send_event(std::span<const Presence* const> to, EventBytes event, Delivery delivery) {
    if (!instance_->thread.is_here("Room::send_event")) return;
    ENGINE_NET_ASSERT(fits(event, delivery));
    if (!fits(event, delivery)) return;
    instance_->tape_event(to, event);
    instance_->send_event(to, event, delivery);
}

void Room::broadcast_event(EventBytes event, Delivery delivery) {
    if (!instance_->thread.is_here("Room::broadcast_event")) return;
    ENGINE_NET_ASSERT(fits(event, delivery));
    if (!fits(event, delivery)) return;
    instance_->feed_event(event);
    instance_->send_event(presences(), event, delivery);
}

void Room::broadcast_event_except(const Presence& who, EventBytes event, Delivery delivery) {
    if (!instance_->thread.is_here("Room::broadcast_event_except")) return;
    ENGINE_NET_ASSERT(fits(event, delivery));
    if (!fits(event, delivery)) return;
    instance_->feed_event(event);
    std::vector<const Presence*> others(presences().begin(), presences().end());
    std::erase(others, &who);
    instance_->send_event(others, event, delivery);
}

void Room::set_state(std::span<const std::uint8_t> state) {
    if (!instance_->thread.is_here("Room::set_state")) return;
    ENGINE_NET_ASSERT(fits_state(state));
    if (fits_state(state)) instance_->set_state(state);
}

void Room::set_private_state(const Presence& to, std::span<const std::uint8_t> state) {
    if (!instance_->thread.is_here("Room::set_private_state")) return;
    ENGINE_NET_ASSERT(fits_state(state));
    if (fits_state(state)) instance_->set_private_state(to.id(), state);
}

Rewind Room::rewind(const Presence& viewer) const {
    return instance_->thread.is_here("Room::rewind") ? instance_->rewind(viewer.id()) : Rewind();
}

void Room::set_snapshot_rate(const Presence& viewer, std::uint32_t snapshots_per_second) {
    if (instance_->thread.is_here("Room::set_snapshot_rate"))
        instance_->set_snapshot_rate(viewer.id(), snapshots_per_second);
}

RoomPhase Room::phase() const {
    return instance_->thread.is_here("Room::phase") ? instance_->roster().phase()
                                                    : RoomPhase::playing;
}

PresenceId Room::host() const {
    return instance_->thread.is_here("Room::host") ? instance_->roster().host() : PresenceId{};
}

void Room::end_match() {
    if (instance_->thread.is_here("Room::end_match")) instance_->end_match();
}

void Room::set_metadata(std::span<const std::uint8_t> metadata) {
    if (!instance_->thread.is_here("Room::set_metadata")) return;
    ENGINE_NET_ASSERT(metadata.size() <= max_metadata_bytes);
    if (metadata.size() <= max_metadata_bytes) instance_->set_metadata(metadata);
}

void Room::set_locked(bool locked) {
    if (instance_->thread.is_here("Room::set_locked")) instance_->set_locked(locked);
}

void Room::kick(const Presence& who, std::string reason) {
    if (instance_->thread.is_here("Room::kick")) instance_->kick(who.id(), std::move(reason));
}

void Room::close(std::string reason) {
    if (instance_->thread.is_here("Room::close")) instance_->close(std::move(reason));
}

} // namespace engine_net
