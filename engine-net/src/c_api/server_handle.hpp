#pragma once

#include "core/own_thread.hpp"

#include <engine_net/server.hpp>

#include <cstdint>
#include <engine_net.h>
#include <functional>
#include <set>
#include <string>
#include <utility>

/// What a C program has of a server.
struct engine_net_server { // NOLINT(readability-identifier-naming)
    enum class Stage : std::uint8_t { created, failed, started };

    explicit engine_net_server(engine_net::ServerConfig config) : server(std::move(config)) {}

    engine_net::OwnThread thread;
    std::set<std::string, std::less<>> kinds; ///< of rooms, by name
    engine_net::Server server;
    Stage stage = Stage::created;
    bool is_stepping = false;
};
