#pragma once

#include <engine_net/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace program {

/// One `key = value` of a settings file. The value is without its quotes.
struct TomlEntry {
    std::string key;
    std::string value;
    int line = 0; ///< from 1
};

/// Reads the part of TOML that settings need: keys with a string, number or truth value each, and
/// comments. No tables, arrays, dates or texts of several lines: the error says so, and where.
engine_net::Result<std::vector<TomlEntry>, std::string> parse_toml(std::string_view text);

/// A basic string of TOML, in quotes.
std::string toml_quoted(std::string_view text);

} // namespace program
