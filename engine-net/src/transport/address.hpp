#pragma once

#include <cstdint>
#include <compare>
#include <string>

namespace engine_net {

/// Where a datagram comes from or goes to. IPv4, in host byte order.
struct Address {
    std::uint32_t host = 0;
    std::uint16_t port = 0;

    friend auto operator<=>(const Address&, const Address&) = default;
};

/// "127.0.0.1:7777"
std::string to_string(const Address& address);

} // namespace engine_net
