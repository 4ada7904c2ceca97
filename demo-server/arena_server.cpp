#include "arena_server.hpp"

#include "rules/arena_room.hpp"
#include "rules/schema.hpp"

#include <cstdio>
#include <string>

std::unique_ptr<engine_net::Server> start_server(const Settings& settings,
                                                 const program::Log& log) {
    engine_net::ServerConfig config = settings.server;
    config.log = log.sink();
    auto server = std::make_unique<engine_net::Server>(config);
    server->define_room<arena::ArenaRoom>(
        arena::room_kind, arena::schema(), {.capacity = settings.capacity});

    if (const auto started = server->start(); !started) {
        std::fprintf(stderr, "demo-server: %s\n", started.error().detail.c_str());
        return nullptr;
    }
    for (std::uint32_t i = 1; i <= settings.rooms; ++i) {
        server->create_room(arena::room_kind, "Arena " + std::to_string(i));
    }
    return server;
}
