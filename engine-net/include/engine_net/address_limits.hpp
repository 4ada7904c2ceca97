#pragma once

#include <cstdint>

namespace engine_net {

/// What one address may have of a server, before it is known who comes from there: of IPv4 the
/// address counts, of IPv6 its first 64 bits, which is what a household has. Only addresses that
/// have proved to be theirs are counted, so nobody can use up another's share.
struct AddressLimits {
    std::uint32_t connections = 64; ///< at a time; one more is refused with a reason; 0: no bound
    /// New connections; more are dropped, and their clients ask again. For a moment eight times as
    /// many are let through. 0: no bound
    std::uint32_t attempts_per_second = 8;
    bool loopback_is_exempt = true; ///< 127.0.0.0/8 and ::1 have no bounds
};

} // namespace engine_net
