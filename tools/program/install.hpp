#pragma once

#include <filesystem>
#include <string>

namespace program {

/// Another program of ours, from where this one is: `demo-server` beside `bots` in the build,
/// `engine-net-demo-server` beside `engine-net-bots` where tools/install has put them.
std::filesystem::path sibling(const std::string& name);

/// A folder that tools/install has put into share/engine-net; where this program was not installed,
/// `in_tree`.
std::filesystem::path shared_folder(const std::string& name, const std::filesystem::path& in_tree);

} // namespace program
