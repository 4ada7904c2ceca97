#pragma once

#include <engine_net/connect_token.hpp>

#include <cstdint>
#include <optional>
#include <string>

enum class Command : std::uint8_t { make, show, new_key };

/// What token is told by its options.
struct Settings {
    Command command = Command::make;
    std::string token;                ///< to be shown
    std::string key_file;             ///< empty: "token.key" at `program::key_path`
    engine_net::ConnectGrant grant{}; ///< to be made, without its times
    double expires_in_s = 300;
};

/// Nothing: go on. Otherwise the program ends with this code.
[[nodiscard]] std::optional<int>
read_settings(Settings& settings, int argc, const char* const* argv);
