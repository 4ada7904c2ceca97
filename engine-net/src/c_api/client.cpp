#include "c_api/border.hpp"
#include "c_api/client_handle.hpp"

#include <chrono>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

using namespace engine_net;
using namespace engine_net::c_api;

namespace {

static_assert(static_cast<int>(ClientState::closed) == ENGINE_NET_CLOSED);
static_assert(static_cast<int>(CloseReason::left) == ENGINE_NET_CLOSE_LEFT);
static_assert(static_cast<int>(CloseReason::server_closing) == ENGINE_NET_CLOSE_SERVER_CLOSING);
static_assert(static_cast<int>(CloseReason::bad_config) == ENGINE_NET_CLOSE_BAD_CONFIG);

std::uint32_t milliseconds(std::chrono::milliseconds time) {
    return static_cast<std::uint32_t>(time.count());
}

engine_net_client_config defaults_of_client() {
    const ClientConfig config;
    engine_net_client_config defaults{};
    defaults.struct_size = sizeof defaults;
    defaults.port = config.port;
    defaults.host = "127.0.0.1";
    defaults.name = "player";
    defaults.token = defaults.connect_token = defaults.server_key = defaults.resume_token = "";
    defaults.connect_timeout_ms = milliseconds(config.connect_timeout);
    defaults.session_timeout_ms = milliseconds(config.session_timeout);
    defaults.resume_time_ms = milliseconds(config.resume_time);
    defaults.max_interpolation_delay_ms = milliseconds(config.max_interpolation_delay);
    defaults.max_extrapolation_ms = milliseconds(config.max_extrapolation);
    defaults.event_table = defaults.state_table = "";
    return defaults;
}

ClientConfig config_of(const engine_net_client_config& given) {
    ClientConfig config;
    config.port = given.port;
    if (given.host) config.host = given.host;
    if (given.name) config.name = given.name;
    config.token = c_api::text_of(given.token);
    config.connect_token = c_api::text_of(given.connect_token);
    config.server_key = c_api::text_of(given.server_key);
    config.resume_token = c_api::text_of(given.resume_token);
    config.colour = given.colour;
    config.connect_timeout = std::chrono::milliseconds(given.connect_timeout_ms);
    config.session_timeout = std::chrono::milliseconds(given.session_timeout_ms);
    config.resume_time = std::chrono::milliseconds(given.resume_time_ms);
    config.max_interpolation_delay = std::chrono::milliseconds(given.max_interpolation_delay_ms);
    config.max_extrapolation = std::chrono::milliseconds(given.max_extrapolation_ms);
    if (given.log) config.log = log_sink(given.log, given.log_user);
    return config;
}

/// OK, and `check` is set if it is asked for; or why the schema has no such table.
engine_net_result load_check(std::optional<TableCheck>& check,
                             CompiledSchema schema,
                             const char* table,
                             const char* what) {
    auto loaded = TableCheck::load(schema, c_api::text_of(table));
    if (!loaded) return fail(ENGINE_NET_ERROR_BAD_SCHEMA, std::string(what).append(loaded.error()));
    check = std::move(*loaded);
    return ENGINE_NET_OK;
}

engine_net_result create(const engine_net_client_config& given,
                         const engine_net_client_callbacks& game,
                         engine_net_client** client) {
    ClientConfig config = config_of(given);
    OwnSchema own(given.schema, given.schema_size, given.prior, given.prior_size);
    config.schema = own.compiled();
    if (const auto problem = config.validate()) return fail(ENGINE_NET_ERROR_BAD_CONFIG, *problem);
    auto schema = ReplicatedSchema::load(config.schema);
    if (!schema) return fail(ENGINE_NET_ERROR_BAD_SCHEMA, schema.error().text);
    ClientRules rules{std::move(own), std::move(*schema), {}, {}, game};
    if (game.on_event) {
        if (const auto problem =
                load_check(rules.events, config.schema, given.event_table, "events: "))
            return problem;
    }
    if (!c_api::text_of(given.state_table).empty()) {
        if (const auto problem =
                load_check(rules.states, config.schema, given.state_table, "states: "))
            return problem;
    }
    *client = new engine_net_client(std::move(rules), std::move(config));
    return ENGINE_NET_OK;
}

/// What `body` finds in the client, if it may be asked; else `otherwise`.
template <class Value, class Body>
Value ask(const engine_net_client* client,
          const char* function,
          Value otherwise,
          const Body& body) {
    if (check(client, function) != ENGINE_NET_OK) return otherwise;
    return guarded_or(otherwise, body);
}

} // namespace

engine_net_result engine_net_client_config_init(engine_net_client_config* config,
                                                std::uint32_t struct_size) {
    return give_defaults(config, struct_size, __func__, defaults_of_client);
}

engine_net_result engine_net_client_create(const engine_net_client_config* config,
                                           const engine_net_client_callbacks* callbacks,
                                           engine_net_client** client) {
    if (!client) return misuse(__func__, "client is null");
    *client = nullptr;
    if (is_unsized(config)) return misuse(__func__, "config is null or without its size");
    if (callbacks && is_unsized(callbacks)) return misuse(__func__, "callbacks has no size");
    return guarded([&] {
        const auto game = callbacks ? taken(*callbacks, {}) : engine_net_client_callbacks{};
        return create(taken(*config, defaults_of_client()), game, client);
    });
}

void engine_net_client_destroy(engine_net_client* client) {
    if (client && client->is_stepping) {
        (void)misuse(__func__, "called from within a callback");
        return;
    }
    delete client;
}

engine_net_result engine_net_client_step(engine_net_client* client, engine_net_time now) {
    if (!client) return misuse(__func__, "client is null");
    if (!client->thread.take_first(__func__))
        return fail(ENGINE_NET_ERROR_WRONG_THREAD, "called on another thread than the client's");
    if (client->is_stepping)
        return fail(ENGINE_NET_ERROR_WRONG_STATE, "called from within a callback");
    client->is_stepping = true;
    const auto result = guarded([&] {
        client->client.poll(Time(Duration(now)));
        return ENGINE_NET_OK;
    });
    client->is_stepping = false;
    return result;
}

engine_net_time engine_net_client_next_step(const engine_net_client* client) {
    return ask(client, __func__, std::numeric_limits<engine_net_time>::max(), [&] {
        return client->client.next_poll().time_since_epoch().count();
    });
}

engine_net_result engine_net_client_wait_until(engine_net_client* client,
                                               engine_net_time deadline) {
    if (const auto problem = check(client, __func__)) return problem;
    return guarded([&] {
        client->client.wait_until(Time(Duration(deadline)));
        return ENGINE_NET_OK;
    });
}

engine_net_client_state engine_net_client_get_state(const engine_net_client* client) {
    return ask(client, __func__, ENGINE_NET_CLOSED, [&] {
        return static_cast<engine_net_client_state>(client->client.state());
    });
}

engine_net_close_reason engine_net_client_close_reason(const engine_net_client* client) {
    return ask(client, __func__, ENGINE_NET_CLOSE_NONE, [&] {
        return static_cast<engine_net_close_reason>(client->client.close_reason());
    });
}

const char* engine_net_client_close_detail(const engine_net_client* client) {
    return ask(client, __func__, "", [&] {
        return client->client.close_detail().c_str();
    });
}

engine_net_result engine_net_client_leave(engine_net_client* client) {
    if (const auto problem = check(client, __func__)) return problem;
    return guarded([&] {
        client->client.leave();
        return ENGINE_NET_OK;
    });
}

const char* engine_net_client_resume_token(engine_net_client* client) {
    return ask(client, __func__, "", [&] {
        client->resume_token = client->client.resume_token();
        return client->resume_token.c_str();
    });
}

std::uint32_t engine_net_client_server_tick(const engine_net_client* client, engine_net_time now) {
    return ask(client, __func__, std::uint32_t{0}, [&] {
        return client->client.server_tick(Time(Duration(now))).value;
    });
}

engine_net_result engine_net_client_get_stats(const engine_net_client* client,
                                              engine_net_client_stats* stats) {
    if (const auto problem = check(client, __func__)) return problem;
    if (is_unsized(stats)) return misuse(__func__, "stats is null or without its size");
    return guarded([&] {
        const ClientStats all = client->client.stats();
        engine_net_client_stats ours{};
        ours.newest_tick = all.newest_tick.value;
        ours.round_trip_us = all.round_trip.count();
        ours.jitter_us = all.jitter.count();
        ours.input_lead_us = all.input_lead.count();
        ours.interpolation_delay_us = all.interpolation_delay.count();
        ours.loss_in = all.loss_in;
        ours.loss_out = all.loss_out;
        ours.snapshot_datagrams = all.snapshot_datagrams;
        ours.snapshot_bytes = all.snapshot_bytes;
        ours.inputs_sent = all.inputs_sent;
        ours.resumes = all.resumes;
        ours.malformed_messages = all.refused.malformed_messages + client->refused_events;
        ours.datagrams_in = all.link.datagrams_in;
        ours.datagrams_out = all.link.datagrams_out;
        ours.bytes_in = all.link.bytes_in;
        ours.bytes_out = all.link.bytes_out;
        give(ours, *stats);
        return ENGINE_NET_OK;
    });
}
