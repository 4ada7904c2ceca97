#pragma once

#include "transport/open_socket.hpp"

#include <doctest/doctest.h>

namespace engine_net {

/// Whether this machine has IPv6, which not every one has that builds us; says so when not.
inline bool has_ipv6() {
    const bool is_here = open_socket(nullptr, "::1", 0).has_value();
    if (!is_here) MESSAGE("not tested: this machine has no IPv6");
    return is_here;
}

} // namespace engine_net
