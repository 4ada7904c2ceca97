#include "c_api/border.hpp"
#include "c_api/callback_room.hpp"
#include "c_api/server_handle.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace engine_net;
using namespace engine_net::c_api;

namespace {

engine_net_room_kind_config defaults_of_kind() {
    const RoomKindConfig config;
    engine_net_room_kind_config defaults{};
    defaults.struct_size = sizeof defaults;
    defaults.capacity = config.capacity;
    defaults.spectators = config.spectators;
    defaults.snapshot_rate = config.snapshot_rate;
    defaults.bytes_per_second = config.bytes_per_second;
    defaults.repeated_input_ticks = config.repeated_input_ticks;
    defaults.input_type = "";
    defaults.event_table = "";
    return defaults;
}

RoomKindConfig config_of(const engine_net_room_kind_config& given) {
    RoomKindConfig config;
    config.capacity = given.capacity;
    config.spectators = given.spectators;
    config.snapshot_rate = given.snapshot_rate;
    config.bytes_per_second = given.bytes_per_second;
    config.repeated_input_ticks = given.repeated_input_ticks;
    return config;
}

/// Null, with the sentence kept, where the schema does not have what is named.
std::shared_ptr<const RoomRules> rules_of(const engine_net_room_kind_config& kind,
                                          const engine_net_room_callbacks& game) {
    OwnSchema own(kind.schema, kind.schema_size, kind.prior, kind.prior_size);
    auto schema = ReplicatedSchema::load(own.compiled());
    if (!schema) {
        (void)fail(ENGINE_NET_ERROR_BAD_SCHEMA, schema.error().text);
        return nullptr;
    }
    std::string input = c_api::text_of(kind.input_type);
    const StructCheck* const check = schema->find_check(input);
    if (!input.empty() && (!check || check->struct_bytes > max_input_bytes)) {
        (void)fail(ENGINE_NET_ERROR_BAD_SCHEMA,
                   "inputs: the schema has no struct " + input + " of at most " +
                       std::to_string(max_input_bytes) + " bytes");
        return nullptr;
    }
    std::optional<TableCheck> events;
    if (game.on_event) {
        auto loaded = TableCheck::load(own.compiled(), c_api::text_of(kind.event_table));
        if (!loaded) {
            (void)fail(ENGINE_NET_ERROR_BAD_SCHEMA, "events: " + loaded.error());
            return nullptr;
        }
        events = std::move(*loaded);
    }
    return std::make_shared<const RoomRules>(
        RoomRules{std::move(own), std::move(*schema), std::move(input), std::move(events), game});
}

} // namespace

engine_net_result engine_net_room_kind_config_init(engine_net_room_kind_config* config,
                                                   std::uint32_t struct_size) {
    return give_defaults(config, struct_size, __func__, defaults_of_kind);
}

engine_net_result engine_net_server_define_room(engine_net_server* server,
                                                const char* name,
                                                const engine_net_room_kind_config* config,
                                                const engine_net_room_callbacks* callbacks) {
    if (!server || !name) return misuse(__func__, "server or name is null");
    if (is_unsized(config)) return misuse(__func__, "config is null or without its size");
    if (is_unsized(callbacks)) return misuse(__func__, "callbacks is null or without its size");
    if (server->stage != engine_net_server::Stage::created)
        return fail(ENGINE_NET_ERROR_WRONG_STATE, "rooms are defined before the server starts");
    return guarded([&] {
        if (server->kinds.contains(name))
            return fail(ENGINE_NET_ERROR_BAD_CONFIG, "there is a room kind of that name");
        const engine_net_room_kind_config kind = taken(*config, defaults_of_kind());
        auto rules = rules_of(kind, taken(*callbacks, {}));
        if (!rules) return ENGINE_NET_ERROR_BAD_SCHEMA;
        const CompiledSchema compiled = rules->schema_bytes.compiled();
        server->kinds.emplace(name);
        server->server.define_room(name, compiled, config_of(kind), [rules = std::move(rules)] {
            return std::make_unique<engine_net_room>(rules);
        });
        return ENGINE_NET_OK;
    });
}
