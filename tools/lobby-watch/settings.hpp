#pragma once

#include "lobby-watch/screens/watch_screens.hpp"

#include <engine_net/log.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// A server's address, as it was given.
struct ServerAddress {
    std::string host = "127.0.0.1";
    std::uint16_t port = 7777;

    [[nodiscard]] std::string text() const;
};

/// What lobby-watch is told by its options.
struct Settings {
    std::vector<ServerAddress> servers; ///< none where there are recordings
    std::vector<std::string> recordings;
    double from_s = 0;    ///< where they begin
    std::string key;      ///< "": it is in the file
    std::string key_file; ///< "": the key was given
    double scale = 0;     ///< 0: what the display asks for
    watch::Tab tab = watch::Tab::lobbies;
    std::uint32_t room = 0;
    std::uint32_t frames = 0; ///< after which it ends; 0: never
    std::string screenshot;   ///< a file for the last of them
    bool is_headless = false;
    engine_net::LogLevel log_level = engine_net::LogLevel::error;
};

/// Nothing: go on. Otherwise the program ends with this code.
[[nodiscard]] std::optional<int>
read_settings(Settings& settings, int argc, const char* const* argv);
