#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// All bytes of a file, or nothing when it can't be read.
std::optional<std::vector<std::uint8_t>> read_file(const std::string& path);
/// False: it can't be written.
[[nodiscard]] bool write_file(const std::string& path, std::span<const std::uint8_t> bytes);
