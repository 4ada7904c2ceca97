#pragma once

#include "tally.hpp"

#include <string>
#include <vector>

/// Prints what the bots did, and the differences that were found. The program's exit code.
int report(const Tally& tally, const std::vector<std::string>& differences);
