#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace engine_net {

/// Where a datagram comes from or goes to. IPv4, in host byte order.
struct Address {
    std::uint32_t host = 0;
    std::uint16_t port = 0;

    friend auto operator<=>(const Address&, const Address&) = default;
};

/// "127.0.0.1:7777"
std::string to_string(const Address& address);
/// "127.0.0.x": enough to tell two apart, and no more than an admin has to know.
std::string shortened(const Address& address);

/// The host of "127.0.0.1": four numbers from 0 to 255 and nothing else. Names are the resolver's.
std::optional<std::uint32_t> parse_host(std::string_view text);

} // namespace engine_net
