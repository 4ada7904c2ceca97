#pragma once

#include <engine_net/result.hpp>

#include <filesystem>
#include <functional>
#include <string>

namespace program {

/// Where a program keeps a key for the same user's programs: `$XDG_STATE_HOME/engine-net/NAME`, or
/// the same in `~/.local/state`; empty: there is no home.
std::filesystem::path key_path(const std::string& name);
/// The key in the file; else a sentence that says what is wrong, and calls it `what`.
engine_net::Result<std::string, std::string> read_key(const std::filesystem::path& path,
                                                      const std::string& what);
/// The same, and makes one if there is no such file, for this user's eyes only.
engine_net::Result<std::string, std::string> keep_key(const std::filesystem::path& path,
                                                      const std::string& what,
                                                      const std::function<std::string()>& make);

} // namespace program
