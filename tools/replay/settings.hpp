#pragma once

#include <cstdint>
#include <optional>
#include <string>

enum class Command : std::uint8_t { info, verify, export_entities };

/// What replay is told by its options.
struct Settings {
    Command command = Command::info;
    std::string file;
    std::string out; ///< of an export; empty: the standard output
    bool as_json = false;
    std::uint32_t from = 0; ///< ticks of an export
    std::uint32_t to = UINT32_MAX;
};

/// Nothing: go on. Otherwise the program ends with this code.
[[nodiscard]] std::optional<int>
read_settings(Settings& settings, int argc, const char* const* argv);
