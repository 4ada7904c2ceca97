#include "transport/open_socket.hpp"

#include "transport/simulated_network_impl.hpp"
#include "transport/udp_socket.hpp"

namespace engine_net {
namespace {

Result<std::unique_ptr<DatagramSocket>, SocketError> open_udp(const std::string& address,
                                                              std::uint16_t port) {
    const std::optional<std::uint32_t> host = parse_host(address);
    if (!host) return Unexpected(SocketError::address_unavailable);
    return UdpSocket::open({*host, port});
}

} // namespace

std::string_view message(SocketError error) {
    switch (error) {
    case SocketError::port_in_use: return "the port is in use by another program";
    case SocketError::address_unavailable:
        return "the address is no IPv4 address of this machine, or its port needs more rights";
    case SocketError::no_resources: return "the system has no socket left";
    }
    return "unknown error";
}

Result<std::unique_ptr<DatagramSocket>, SocketError>
open_socket(SimulatedNetwork* network, const std::string& address, std::uint16_t port) {
    return network != nullptr ? network->impl().open(port) : open_udp(address, port);
}

} // namespace engine_net
