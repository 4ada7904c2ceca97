#pragma once

#include "transport/datagram_socket.hpp"

#include <engine_net/result.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace engine_net {

class SimulatedNetwork;

enum class SocketError : std::uint8_t { port_in_use, address_unavailable, no_resources };

std::string_view message(SocketError error);

/// A UDP socket bound to `address` ("0.0.0.0", "127.0.0.1") and `port` (0: any), or a socket of
/// `network` if that is set.
Result<std::unique_ptr<DatagramSocket>, SocketError>
open_socket(SimulatedNetwork* network, const std::string& address, std::uint16_t port);

} // namespace engine_net
