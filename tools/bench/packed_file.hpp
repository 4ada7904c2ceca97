#pragma once

#include <engine_net/result.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace bench {

/// The bytes of a file, unpacked if it is an .xz one, or why they can't be had: more than
/// `most_bytes` of them, for one.
engine_net::Result<std::vector<std::uint8_t>, std::string>
read_packed(const std::filesystem::path& path, std::size_t most_bytes);

/// Where `tools/bench/data/NAME` is, going up from the program and then from the current folder;
/// just that when it is not there.
std::filesystem::path find_data(const std::string& name);

} // namespace bench
