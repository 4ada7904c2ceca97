#pragma once

#include "replay/recording_file.hpp"

/// Plays all of a recording and says what is wrong with it; the program's exit code.
[[nodiscard]] int verify(const engine_net::RecordingFile& file);
