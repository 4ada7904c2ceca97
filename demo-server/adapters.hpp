#pragma once

#include <engine_net/bridge.hpp>
#include <engine_net/result.hpp>

#include <filesystem>
#include <string>
#include <vector>

/// The adapters of a JSON file, as `engine-net/BRIDGE.md` describes it; else what is wrong with
/// which, for a person. Files that it names are found from where it stands.
engine_net::Result<std::vector<engine_net::AdapterConfig>, std::string>
read_adapters(const std::filesystem::path& path);
