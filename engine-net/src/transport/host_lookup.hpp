#pragma once

#include "transport/address.hpp"

#include <optional>
#include <string>

namespace engine_net {

/// Asks the system for a name's IPv4 address. May block for as long as its resolver likes.
std::optional<IpAddress> look_up_host(const std::string& name);

} // namespace engine_net
