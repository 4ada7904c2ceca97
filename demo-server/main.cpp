#include "arena_server.hpp"
#include "bot_crew.hpp"
#include "check.hpp"
#include "program/interrupt.hpp"
#include "program/log.hpp"
#include "settings.hpp"
#include "status.hpp"
#include "token_keys.hpp"
#include "web_bridge.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/fleet.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>

namespace {

void say_how_bots_ended(BotCrew& crew, program::Log& log) {
    const auto reports = crew.finish();
    const auto told = std::ranges::count(
        reports, engine_net::CloseReason::server_closing, &BotReport::close_reason);
    log.info(std::to_string(told) + " of " + std::to_string(reports.size()) +
             " bots were told that the server closes");
}

/// Whether it is to stop now: the first signal drains it, if there is time to.
bool is_over(engine_net::Server& server, const Settings& settings) {
    const int asked = program::interruptions();
    if (asked != 1) return asked > 1;
    if (server.is_draining()) return false;
    const std::uint16_t standard_s = program::was_terminated() ? standard_drain_s : 0;
    const std::chrono::seconds time(settings.drain_s.value_or(standard_s));
    if (time.count() > 0) server.drain(time, "the server is closing");
    return time.count() == 0;
}

engine_net::FleetConfig fleet_config(const Settings& settings, program::Log& log) {
    engine_net::FleetConfig config;
    config.capacity = settings.server.max_peers;
    config.log = log.sink();
    return config;
}

int run_server(const Settings& settings) {
    program::Log log(settings.log_level);
    BotOrders orders;
    const auto server = start_server(settings, log, orders);
    if (!server) return 1;
    std::printf("demo-server: listening on %s port %u (UDP), %u ticks a second\n",
                settings.server.bind_address.c_str(),
                server->port(),
                settings.server.tick_rate);
    std::printf("demo-server: clients know it by --server-key %s\n", server->key().c_str());
    if (settings.server.auth == engine_net::Auth::token)
        std::printf("demo-server: clients need a --token, which token make makes\n");
    if (server->web_port() != 0)
        std::printf("demo-server: watch at http://127.0.0.1:%u/\n", server->web_port());
    if (!settings.pusher_key.empty()) {
        std::printf("demo-server: Pusher clients come in by ws://127.0.0.1:%u/app/%s; the secret "
                    "of app %s is in %s\n",
                    server->web_port(),
                    settings.pusher_key.c_str(),
                    settings.pusher_app_id.c_str(),
                    pusher_secret_path(settings).c_str());
    }
    if (server->mqtt_port() != 0) {
        std::printf("demo-server: MQTT at mqtt://127.0.0.1:%u and ws://127.0.0.1:%u/mqtt\n",
                    server->mqtt_port(),
                    server->web_port());
    }
    if (!settings.webhook_url.empty()) {
        std::printf("demo-server: webhooks go to %s, signed by the secret in %s\n",
                    settings.webhook_url.c_str(),
                    webhook_secret_path(settings).c_str());
    }
    std::fflush(stdout);

    const std::string& address = settings.server.bind_address;
    const bool is_any = address.empty() || address == "::" || address == "0.0.0.0";
    BotCrew crew({.bots = settings.bots,
                  .host = is_any ? "127.0.0.1" : address,
                  .port = server->port(),
                  .seed = settings.server.seed.value_or(1),
                  .net_sim = {},
                  .log = log.sink(),
                  .token = token_maker(settings, server->key()),
                  .orders = &orders});

    std::optional<engine_net::Fleet> fleet;
    if (settings.is_in_fleet) fleet.emplace(fleet_config(settings, log));
    Status status(log);
    server->run_until([&] {
        status.show(*server, engine_net::Clock::now());
        if (fleet) fleet->follow(*server);
        return is_over(*server, settings);
    });
    status.end();
    if (fleet) fleet->shutdown();
    if (settings.bots > 0) say_how_bots_ended(crew, log);
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    Settings settings;
    if (const auto code = read_settings(settings, argc, argv)) return *code;
    if (!read_token_keys(settings)) return 1;
    program::watch_interrupts();
    return settings.check_s > 0 ? run_check(settings) : run_server(settings);
}
