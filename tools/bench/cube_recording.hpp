#pragma once

#include "replication/codec/prior_training.hpp"
#include "replication/field_table.hpp"

#include <engine_net/result.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace bench {

inline constexpr std::size_t cubes_in_frame = 901;
inline constexpr std::uint32_t cube_frames_per_second = 60;

/// The one type of `schemas/cubes.fbs`. A recording's rotations have 512 values a component, -256
/// to 255, and a rotation of 9 bits 511, -255 to 255: here it goes one further at both ends.
engine_net::Result<std::vector<engine_net::EntityType>, std::string> load_cube_types();

/// A file of frames of `cubes_in_frame` times eight little-endian int32: largest component, the
/// three others plus 256, x, y, z, interacting. Packed by xz or plain. Frame i is tick i.
engine_net::Result<engine_net::Recording, std::string>
read_cubes(const std::filesystem::path& path, std::span<const engine_net::EntityType> types);

} // namespace bench
