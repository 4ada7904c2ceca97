#pragma once

#include "program/option_value.hpp"

#include <string>

namespace program {

/// A text that need not stand where others see it: "@FILE" is what the file begins with, up to the
/// first white space.
OptionValue secret_value(std::string& secret);

} // namespace program
