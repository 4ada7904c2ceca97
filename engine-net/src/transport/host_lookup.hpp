#pragma once

#include "transport/address.hpp"

#include <string>
#include <vector>

namespace engine_net {

/// Asks the system for a name's addresses, the best first; none: there is no such name. May block
/// for as long as its resolver likes.
std::vector<IpAddress> look_up_host(const std::string& name);

} // namespace engine_net
