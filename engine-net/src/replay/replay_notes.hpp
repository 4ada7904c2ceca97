#pragma once

#include "replay/recording_file.hpp"

#include <engine_net/replay.hpp>

#include <vector>

namespace engine_net {

/// Reads all of a recording once. What is damaged is left out up to the next keyframe.
std::vector<ReplayNote> read_notes(const RecordingFile& file);

} // namespace engine_net
