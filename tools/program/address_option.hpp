#pragma once

#include "program/option_value.hpp"

#include <cstdint>
#include <string>

namespace program {

/// "host:port", or the host alone: a name, "127.0.0.1", "::1"; with a port "[::1]:7777".
OptionValue address_value(std::string& host, std::uint16_t& port);
/// As `address_value` reads it.
std::string address_text(const std::string& host, std::uint16_t port);

} // namespace program
