#pragma once

#include "settings.hpp"

/// Plays with bots for the settings' time, prints figures and whether all went well; the program's
/// exit code.
[[nodiscard]] int run_check(Settings settings);
