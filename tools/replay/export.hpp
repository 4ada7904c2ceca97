#pragma once

#include "replay/recording_file.hpp"
#include "settings.hpp"

#include <cstdio>
#include <optional>
#include <string>

/// Writes the entities of each tick, one a line. What is wrong with the recording, if anything; all
/// before that is written.
std::optional<std::string>
export_entities(const engine_net::RecordingFile& file, const Settings& settings, std::FILE* out);
