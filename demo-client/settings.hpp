#pragma once

#include "entrance.hpp"

#include <engine_net/client.hpp>
#include <engine_net/log.hpp>

#include <cstdint>
#include <optional>
#include <string>

/// What demo-client is told by its options.
struct Settings {
    engine_net::ClientConfig client;
    Entrance entrance;
    std::uint32_t frames = 0; ///< of play, after which it ends; 0: none
    std::string screenshot;   ///< a file for the last of them
    std::string session_file; ///< "": none
    bool is_headless = false;
    bool has_autopilot = false;
    engine_net::LogLevel log_level = engine_net::LogLevel::warning;
};

/// Nothing: go on. Otherwise the program ends with this code.
[[nodiscard]] std::optional<int>
read_settings(Settings& settings, int argc, const char* const* argv);
