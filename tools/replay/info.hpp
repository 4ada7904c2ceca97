#pragma once

#include "replay/recording_file.hpp"

/// Says what is in a recording; the program's exit code.
[[nodiscard]] int print_info(const engine_net::RecordingFile& file);
