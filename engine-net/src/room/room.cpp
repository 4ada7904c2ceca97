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

} // namespace

Tick Room::tick() const {
    return instance_->tick();
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
    return instance_->presences();
}

void Room::send_event(const Presence& to, EventBytes event, Delivery delivery) {
    ENGINE_NET_ASSERT(fits(event, delivery));
    if (fits(event, delivery)) instance_->send_event(to.id(), event, delivery);
}

void Room::broadcast_event(EventBytes event, Delivery delivery) {
    for (const Presence* presence : presences()) send_event(*presence, event, delivery);
}

void Room::kick(const Presence& who, std::string reason) {
    instance_->kick(who.id(), std::move(reason));
}

void Room::close(std::string reason) {
    instance_->close(std::move(reason));
}

} // namespace engine_net
