#pragma once

#include "transport/datagram_socket.hpp"

#include <engine_net/result.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace engine_net {

class SimulatedNetwork;

enum class SocketError : std::uint8_t { port_in_use, address_unavailable, no_ipv6, no_resources };

std::string_view message(SocketError error);

/// A UDP socket bound to `address` and `port` (0: any), or a socket of `network` if that is set.
/// "" and "::" are all addresses of both families (of IPv4, where the system has no other),
/// "0.0.0.0" those of IPv4.
Result<std::unique_ptr<DatagramSocket>, SocketError>
open_socket(SimulatedNetwork* network, const std::string& address, std::uint16_t port);

} // namespace engine_net
