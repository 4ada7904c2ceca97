#pragma once

#include "model/entrance.hpp"
#include "model/input_tape.hpp"
#include "model/net_hud_mode.hpp"

#include <engine_net/client.hpp>
#include <engine_net/log.hpp>

#include <cstdint>
#include <optional>
#include <string>

/// Where the program begins, and what its frames are counted of.
enum class Start : std::uint8_t {
    menu,
    lobby,
    ready,
    match,
    reconnect, ///< a match whose link is cut once it is on
};

/// What demo-client is told by its options.
struct Settings {
    engine_net::ClientConfig client;
    Entrance entrance;
    Start start = Start::menu;
    std::uint32_t frames = 0; ///< after which it ends; 0: never
    std::string screenshot;   ///< a file for the last of them
    std::string session_file; ///< "": none
    std::string replay;       ///< a recording to be shown; "": it plays
    double replay_from_s = 0; ///< of the recording
    double replay_speed = 1;
    bool shows_field = false;             ///< all of it, at the beginning of a recording
    std::optional<InputTape> tape;        ///< steers instead of the player
    NetHudMode net_hud = NetHudMode::off; ///< what F3 begins with
    bool shows_ghosts = false;            ///< what F5 begins with
    bool is_headless = false;
    bool has_autopilot = false;
    engine_net::LogLevel log_level = engine_net::LogLevel::warning;
};

/// Nothing: go on. Otherwise the program ends with this code.
[[nodiscard]] std::optional<int>
read_settings(Settings& settings, int argc, const char* const* argv);
