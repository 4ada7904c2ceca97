#pragma once

#include "transport/address.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <netinet/in.h>
#include <sys/socket.h>

namespace engine_net {

/// As the system's calls have it.
union SystemAddress {
    sockaddr_in6 v6{};
    sockaddr_in v4;
    sockaddr any;
};

/// What a socket of a family takes: one for IPv6 also IPv4, as it is written in IPv6. One for IPv4
/// refuses the other.
inline SystemAddress to_system(const Address& address, int family) {
    SystemAddress system;
    if (family == AF_INET6 || !address.host.is_v4()) {
        system.v6.sin6_family = AF_INET6;
        system.v6.sin6_port = htons(address.port);
        system.v6.sin6_scope_id = address.host.scope;
        std::ranges::copy(address.host.bytes, std::begin(system.v6.sin6_addr.s6_addr));
        return system;
    }
    system.v4 = {};
    system.v4.sin_family = AF_INET;
    system.v4.sin_port = htons(address.port);
    std::copy(address.host.bytes.end() - sizeof system.v4.sin_addr,
              address.host.bytes.end(),
              reinterpret_cast<std::uint8_t*>(&system.v4.sin_addr));
    return system;
}

inline Address from_system(const SystemAddress& system) {
    if (system.any.sa_family == AF_INET) {
        return {ntohl(system.v4.sin_addr.s_addr), ntohs(system.v4.sin_port)};
    }
    Address address;
    std::ranges::copy(system.v6.sin6_addr.s6_addr, address.host.bytes.begin());
    address.host.scope = system.v6.sin6_scope_id;
    address.port = ntohs(system.v6.sin6_port);
    return address;
}

inline socklen_t length_of(const SystemAddress& system) {
    return system.any.sa_family == AF_INET6 ? sizeof system.v6 : sizeof system.v4;
}

} // namespace engine_net
