#include "c_api/border.hpp"
#include "c_api/client_handle.hpp"
#include "c_api/untyped.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

using namespace engine_net;
using namespace engine_net::c_api;

namespace {

static_assert(static_cast<int>(RequestError::room_full) == ENGINE_NET_REQUEST_ROOM_FULL);
static_assert(static_cast<int>(RequestError::not_host) == ENGINE_NET_REQUEST_NOT_HOST);
static_assert(static_cast<int>(RequestError::bad_request) == ENGINE_NET_REQUEST_BAD_REQUEST);
static_assert(static_cast<int>(RequestError::unreachable) == ENGINE_NET_REQUEST_UNREACHABLE);

/// What `body` does with the client, if it may be called.
template <class Body>
engine_net_result act(engine_net_client* client, const char* function, const Body& body) {
    if (const auto problem = check(client, function)) return problem;
    return guarded([&] {
        body();
        return ENGINE_NET_OK;
    });
}

Client::JoinHandler tell(engine_net_client* client, engine_net_join_done done, void* user) {
    if (!done) return {};
    return [client, done, user](const JoinResult& result) {
        const engine_net_join_result given{static_cast<engine_net_request_error>(result.error),
                                           result.detail.c_str(),
                                           result.room.value,
                                           result.presence.value,
                                           result.invite.c_str()};
        done(user, client, &given);
    };
}

/// Gives out what the handle keeps.
template <class Element>
void hand_out(const std::vector<Element>& kept,
              const Element** elements,
              std::size_t* count,
              std::size_t* stride) {
    *elements = kept.data();
    *count = kept.size();
    if (stride) *stride = sizeof(Element);
}

} // namespace

const char* engine_net_leave_reason_text(engine_net_leave_reason reason) {
    return message(static_cast<LeaveReason>(reason)).data();
}

const char* engine_net_close_reason_text(engine_net_close_reason reason) {
    return message(static_cast<CloseReason>(reason)).data();
}

const char* engine_net_request_error_text(engine_net_request_error error) {
    return message(static_cast<RequestError>(error)).data();
}

engine_net_result engine_net_client_join_or_create(engine_net_client* client,
                                                   const char* kind,
                                                   engine_net_join_done done,
                                                   void* user) {
    if (client && !kind) return misuse(__func__, "kind is null");
    return act(client, __func__, [&] {
        client->client.join_or_create(kind, tell(client, done, user));
    });
}

engine_net_result engine_net_client_join_room(engine_net_client* client,
                                              std::uint32_t room,
                                              const char* password,
                                              engine_net_join_done done,
                                              void* user) {
    return act(client, __func__, [&] {
        client->client.join_room(RoomId{room}, c_api::text_of(password), tell(client, done, user));
    });
}

engine_net_result engine_net_client_join_by_invite(engine_net_client* client,
                                                   const char* invite,
                                                   const char* password,
                                                   engine_net_join_done done,
                                                   void* user) {
    if (client && !invite) return misuse(__func__, "invite is null");
    return act(client, __func__, [&] {
        client->client.join_by_invite(invite, c_api::text_of(password), tell(client, done, user));
    });
}

engine_net_result engine_net_client_create_room(engine_net_client* client,
                                                const char* kind,
                                                const char* name,
                                                std::uint32_t capacity,
                                                bool is_private,
                                                const char* password,
                                                engine_net_join_done done,
                                                void* user) {
    if (client && !kind) return misuse(__func__, "kind is null");
    if (c_api::text_of(password).size() > max_password_bytes)
        return fail(ENGINE_NET_ERROR_BAD_SIZE, "a password has at most 64 bytes");
    return act(client, __func__, [&] {
        RoomOptions options;
        options.name = c_api::text_of(name);
        options.capacity = capacity;
        options.is_private = is_private;
        options.password = c_api::text_of(password);
        client->client.create_room(kind, std::move(options), tell(client, done, user));
    });
}

engine_net_result engine_net_client_leave_room(engine_net_client* client) {
    return act(client, __func__, [&] {
        client->client.leave_room();
    });
}

std::uint32_t engine_net_client_room(const engine_net_client* client) {
    return check(client, __func__) == ENGINE_NET_OK ? client->client.room().value : 0;
}

std::uint32_t engine_net_client_presence(const engine_net_client* client) {
    return check(client, __func__) == ENGINE_NET_OK ? client->client.presence().value : 0;
}

engine_net_result engine_net_client_members(engine_net_client* client,
                                            const engine_net_member** members,
                                            std::size_t* count,
                                            std::size_t* stride) {
    if (client && (!members || !count)) return misuse(__func__, "members or count is null");
    return act(client, __func__, [&] {
        const auto& all = client->client.members();
        client->members.clear();
        client->members.reserve(all.size());
        for (const auto& [id, one] : all) {
            client->members.push_back({id.value,
                                       one.name.c_str(),
                                       one.user.c_str(),
                                       one.colour,
                                       static_cast<std::uint32_t>(one.ping.count()),
                                       one.is_spectator,
                                       one.is_connected});
        }
        hand_out(client->members, members, count, stride);
    });
}

engine_net_result engine_net_client_watch_rooms(engine_net_client* client) {
    return act(client, __func__, [&] {
        client->client.watch_rooms([client] {
            const engine_net_client_callbacks& game = client->rules.game;
            if (game.on_rooms) game.on_rooms(game.user, client);
        });
    });
}

engine_net_result engine_net_client_unwatch_rooms(engine_net_client* client) {
    return act(client, __func__, [&] {
        client->client.unwatch_rooms();
    });
}

bool engine_net_client_has_all_rooms(const engine_net_client* client) {
    return check(client, __func__) == ENGINE_NET_OK && client->client.has_all_rooms();
}

engine_net_result engine_net_client_rooms(engine_net_client* client,
                                          const engine_net_room_info** rooms,
                                          std::size_t* count,
                                          std::size_t* stride) {
    if (client && (!rooms || !count)) return misuse(__func__, "rooms or count is null");
    return act(client, __func__, [&] {
        const auto& all = client->client.rooms();
        client->rooms.clear();
        client->rooms.reserve(all.size());
        for (const auto& [id, one] : all) {
            client->rooms.push_back({id.value,
                                     one.kind.c_str(),
                                     one.name.c_str(),
                                     one.players,
                                     one.capacity,
                                     one.spectators,
                                     one.has_password,
                                     one.is_locked});
        }
        hand_out(client->rooms, rooms, count, stride);
    });
}

engine_net_result engine_net_client_send_input(engine_net_client* client,
                                               const char* type,
                                               const void* input,
                                               std::size_t size) {
    if (const auto problem = check(client, __func__)) return problem;
    if (!type || !input) return misuse(__func__, "type or input is null");
    return guarded([&] {
        const StructCheck* const known = client->rules.schema.find_check(type);
        if (!known) {
            return fail(ENGINE_NET_ERROR_NOT_FOUND,
                        std::string("the schema has no struct ").append(type));
        }
        if (size != known->struct_bytes || size > max_input_bytes) {
            return fail(ENGINE_NET_ERROR_BAD_SIZE,
                        "an input has as many bytes as its struct, at most 64");
        }
        Untyped::send_input(client->client, known->name.c_str(), c_api::bytes_of(input, size));
        return ENGINE_NET_OK;
    });
}

engine_net_result engine_net_client_send_event(engine_net_client* client,
                                               const std::uint8_t* event,
                                               std::size_t size,
                                               engine_net_delivery delivery) {
    if (client && !event) return misuse(__func__, "event is null");
    if (const auto problem = check_event(size, delivery)) return problem;
    return act(client, __func__, [&] {
        client->client.send_event({event, size}, delivery_of(delivery));
    });
}

engine_net_result engine_net_client_view(engine_net_client* client,
                                         const char* type,
                                         engine_net_time now,
                                         engine_net_shown shown,
                                         const engine_net_entity** entities,
                                         std::size_t* count,
                                         std::size_t* struct_size) {
    if (const auto problem = check(client, __func__)) return problem;
    if (!type || !entities || !count) return misuse(__func__, "type, entities or count is null");
    return guarded([&] {
        const ReplicatedSchema& schema = client->rules.schema;
        const auto found = schema.find_type(type);
        if (!found) {
            return fail(ENGINE_NET_ERROR_NOT_FOUND,
                        std::string("the schema has no replicated struct ").append(type));
        }
        const EntityType& known = schema.types()[*found];
        EntityView& view = client->views[known.name];
        const std::size_t words = (known.struct_bytes + 7) / 8;
        view.states.clear();
        view.entities.clear();
        Untyped::each(client->client,
                      known.name.c_str(),
                      Time(Duration(now)),
                      shown == ENGINE_NET_NEWEST ? Shown::newest : Shown::interpolated,
                      [&](EntityId id, const void* state) {
                          view.entities.push_back({id.value, nullptr});
                          view.states.resize(view.states.size() + words);
                          std::memcpy(
                              &view.states[view.states.size() - words], state, known.struct_bytes);
                      });
        for (std::size_t i = 0; i < view.entities.size(); ++i)
            view.entities[i].state = &view.states[i * words];
        hand_out(view.entities, entities, count, nullptr);
        if (struct_size) *struct_size = known.struct_bytes;
        return ENGINE_NET_OK;
    });
}

engine_net_result engine_net_client_room_state(engine_net_client* client,
                                               const std::uint8_t** state,
                                               std::size_t* size) {
    if (client && (!state || !size)) return misuse(__func__, "state or size is null");
    return act(client, __func__, [&] {
        const Bytes bytes = client->room_state();
        *state = bytes.empty() ? nullptr : bytes.data();
        *size = bytes.size();
    });
}
