#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What train-prior is told by its options.
struct Settings {
    std::string out;
    std::uint32_t least = 32;
    std::string schema;
    std::vector<std::string> recordings;
};

/// Nothing: go on. Otherwise the program ends with this code.
[[nodiscard]] std::optional<int>
read_settings(Settings& settings, int argc, const char* const* argv);
