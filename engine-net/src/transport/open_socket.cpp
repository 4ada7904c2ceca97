#include "transport/open_socket.hpp"

#include "transport/simulated_network_impl.hpp"
#include "transport/udp_socket.hpp"

namespace engine_net {
namespace {

Result<std::unique_ptr<DatagramSocket>, SocketError> open_udp(const Address& address) {
    auto opened = UdpSocket::open(address);
    const bool is_v4_enough = address.host == IpAddress();
    if (!opened && opened.error() == SocketError::no_ipv6 && is_v4_enough) {
        return UdpSocket::open({0, address.port});
    }
    return opened;
}

} // namespace

std::string_view message(SocketError error) {
    switch (error) {
    case SocketError::port_in_use: return "the port is in use by another program";
    case SocketError::address_unavailable:
        return "the address is none of this machine's, or its port needs more rights";
    case SocketError::no_ipv6: return "the system has no IPv6";
    case SocketError::no_resources: return "the system has no socket left";
    }
    return "unknown error";
}

Result<std::unique_ptr<DatagramSocket>, SocketError>
open_socket(SimulatedNetwork* network, const std::string& address, std::uint16_t port) {
    const std::optional<IpAddress> host = address.empty() ? IpAddress() : parse_host(address);
    if (!host) return Unexpected(SocketError::address_unavailable);
    return network != nullptr ? network->impl().open(port, *host) : open_udp({*host, port});
}

} // namespace engine_net
