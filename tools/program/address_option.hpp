#pragma once

#include "program/option_value.hpp"

#include <cstdint>
#include <string>

namespace program {

/// "host:port", or the host alone.
OptionValue address_value(std::string& host, std::uint16_t& port);

} // namespace program
