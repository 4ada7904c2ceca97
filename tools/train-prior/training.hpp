#pragma once

#include "settings.hpp"

/// Trains and writes the prior, and shows what it saves; the program's exit code.
[[nodiscard]] int train_and_show(const Settings& settings);
