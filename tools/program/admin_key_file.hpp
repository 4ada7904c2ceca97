#pragma once

#include <engine_net/result.hpp>

#include <filesystem>
#include <string>

namespace program {

/// Where demo-server keeps its admin key for the tools of the same user:
/// `$XDG_STATE_HOME/engine-net/admin.key`, or the same in `~/.local/state`; empty: there is no
/// home.
std::filesystem::path admin_key_path();
/// The key in the file; else a sentence that says what is wrong.
engine_net::Result<std::string, std::string> read_admin_key(const std::filesystem::path& path);
/// The same, and makes one if there is no such file, for this user's eyes only.
engine_net::Result<std::string, std::string> keep_admin_key(const std::filesystem::path& path);

} // namespace program
