#include "c_api/border.hpp"
#include "c_api/callback_room.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <cstring>
#include <string>

using namespace engine_net;
using namespace engine_net::c_api;

namespace {

/// OK, or why the room can't be asked.
engine_net_result check(const engine_net_room* room, const char* function) {
    if (!room) return misuse(function, "room is null");
    if (room->has_ended()) return fail(ENGINE_NET_ERROR_WRONG_STATE, "the room has ended");
    return ENGINE_NET_OK;
}

/// What `body` does with the room, if it can be asked.
template <class Body>
engine_net_result act(engine_net_room* room, const char* function, const Body& body) {
    if (const auto problem = check(room, function)) return problem;
    return guarded(body);
}

/// What `body` finds in the room, if it can be asked; else zero.
template <class Body>
auto ask(const engine_net_room* room, const char* function, const Body& body) {
    using Value = decltype(body());
    if (check(room, function) != ENGINE_NET_OK) return Value{};
    return guarded_or(Value{}, body);
}

engine_net_result no_such(const char* what, std::uint32_t id) {
    return fail(ENGINE_NET_ERROR_NOT_FOUND,
                "there is no " + std::string(what) + " " + std::to_string(id) + " in the room");
}

engine_net_result check_size(const EntityType& type, std::size_t size) {
    if (size == type.struct_bytes) return ENGINE_NET_OK;
    return fail(ENGINE_NET_ERROR_BAD_SIZE,
                type.name + " has " + std::to_string(type.struct_bytes) + " bytes, not " +
                    std::to_string(size));
}

} // namespace

void engine_net_room_set_user(engine_net_room* room, void* user) {
    if (room) {
        room->user = user;
        return;
    }
    (void)misuse(__func__, "room is null");
}

void* engine_net_room_user(const engine_net_room* room) {
    if (room) return room->user;
    (void)misuse(__func__, "room is null");
    return nullptr;
}

std::uint32_t engine_net_room_id(const engine_net_room* room) {
    if (room) return room->number;
    (void)misuse(__func__, "room is null");
    return 0;
}

std::uint32_t engine_net_room_tick(const engine_net_room* room) {
    return ask(room, __func__, [&] {
        return room->tick().value;
    });
}

double engine_net_room_tick_seconds(const engine_net_room* room) {
    return ask(room, __func__, [&] {
        return room->tick_seconds();
    });
}

std::uint64_t engine_net_room_seed(const engine_net_room* room) {
    return ask(room, __func__, [&] {
        return room->seed();
    });
}

std::size_t engine_net_room_presence_count(const engine_net_room* room) {
    return ask(room, __func__, [&] {
        return room->presences().size();
    });
}

engine_net_result engine_net_room_presence_at(const engine_net_room* room,
                                              std::size_t index,
                                              engine_net_presence* who,
                                              std::size_t size) {
    if (const auto problem = check(room, __func__)) return problem;
    if (!who || size == 0) return misuse(__func__, "who is null or without a size");
    return guarded([&] {
        const auto all = room->presences();
        if (index >= all.size())
            return fail(ENGINE_NET_ERROR_NOT_FOUND, "there are not so many in the room");
        const engine_net_presence found = presence_of(*all[index]);
        std::memcpy(who, &found, std::min(size, sizeof found));
        return ENGINE_NET_OK;
    });
}

engine_net_result engine_net_room_spawn(engine_net_room* room,
                                        const char* type,
                                        const void* state,
                                        std::size_t size,
                                        std::uint32_t owner,
                                        std::uint32_t* entity) {
    return act(room, __func__, [&] {
        if (!type || !state || !entity)
            return misuse("engine_net_room_spawn", "type, state or entity is null");
        const ReplicatedSchema& schema = room->rules().schema;
        const auto found = schema.find_type(type);
        if (!found) {
            return fail(ENGINE_NET_ERROR_NOT_FOUND,
                        "the schema has no replicated struct " + std::string(type));
        }
        const EntityType& known = schema.types()[*found];
        if (const auto problem = check_size(known, size)) return problem;
        const Bytes bytes = c_api::bytes_of(state, size);
        const auto id = room->spawn({&known, PresenceId{owner}, {bytes.begin(), bytes.end()}});
        if (!id)
            return fail(ENGINE_NET_ERROR_LIMIT, "the room has as many entities as there may be");
        *entity = *id;
        return ENGINE_NET_OK;
    });
}

engine_net_result engine_net_room_despawn(engine_net_room* room, std::uint32_t entity) {
    return act(room, __func__, [&] {
        return room->despawn(entity) ? ENGINE_NET_OK : no_such("entity", entity);
    });
}

engine_net_result engine_net_room_write(engine_net_room* room,
                                        std::uint32_t entity,
                                        const void* state,
                                        std::size_t size) {
    return act(room, __func__, [&] {
        if (!state) return misuse("engine_net_room_write", "state is null");
        const RoomEntity* const found = room->find_entity(entity);
        if (!found) return no_such("entity", entity);
        if (const auto problem = check_size(*found->type, size)) return problem;
        room->write(entity, c_api::bytes_of(state, size));
        return ENGINE_NET_OK;
    });
}

const void* engine_net_room_read(const engine_net_room* room, std::uint32_t entity) {
    return ask(room, __func__, [&]() -> const void* {
        const RoomEntity* const found = room->find_entity(entity);
        return found ? found->state.data() : nullptr;
    });
}

engine_net_result
engine_net_room_set_owner(engine_net_room* room, std::uint32_t entity, std::uint32_t presence) {
    return act(room, __func__, [&] {
        if (!room->find_entity(entity)) return no_such("entity", entity);
        room->set_owner(entity, PresenceId{presence});
        return ENGINE_NET_OK;
    });
}

engine_net_result
engine_net_room_set_state(engine_net_room* room, const std::uint8_t* state, std::size_t size) {
    return act(room, __func__, [&] {
        if (!state) return misuse("engine_net_room_set_state", "state is null");
        if (size == 0 || size > max_state_bytes)
            return fail(ENGINE_NET_ERROR_BAD_SIZE, "a state has 1 to 65,536 bytes");
        room->set_state({state, size});
        return ENGINE_NET_OK;
    });
}

engine_net_result engine_net_room_broadcast_event(engine_net_room* room,
                                                  const std::uint8_t* event,
                                                  std::size_t size,
                                                  engine_net_delivery delivery) {
    return act(room, __func__, [&] {
        if (!event) return misuse("engine_net_room_broadcast_event", "event is null");
        if (const auto problem = check_event(size, delivery)) return problem;
        room->broadcast_event({event, size}, delivery_of(delivery));
        return ENGINE_NET_OK;
    });
}

engine_net_result engine_net_room_send_event(engine_net_room* room,
                                             std::uint32_t presence,
                                             const std::uint8_t* event,
                                             std::size_t size,
                                             engine_net_delivery delivery) {
    return act(room, __func__, [&] {
        if (!event) return misuse("engine_net_room_send_event", "event is null");
        if (const auto problem = check_event(size, delivery)) return problem;
        const Presence* const to = room->find_presence(presence);
        if (!to) return no_such("presence", presence);
        room->send_event(*to, {event, size}, delivery_of(delivery));
        return ENGINE_NET_OK;
    });
}

engine_net_result
engine_net_room_kick(engine_net_room* room, std::uint32_t presence, const char* reason) {
    return act(room, __func__, [&] {
        const Presence* const who = room->find_presence(presence);
        if (!who) return no_such("presence", presence);
        room->kick(*who, c_api::text_of(reason));
        return ENGINE_NET_OK;
    });
}

engine_net_result engine_net_room_set_locked(engine_net_room* room, bool locked) {
    return act(room, __func__, [&] {
        room->set_locked(locked);
        return ENGINE_NET_OK;
    });
}

engine_net_result engine_net_room_close(engine_net_room* room, const char* reason) {
    return act(room, __func__, [&] {
        room->close(c_api::text_of(reason));
        return ENGINE_NET_OK;
    });
}
