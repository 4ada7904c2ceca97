#include "transport/host_lookup.hpp"

#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace engine_net {

std::optional<IpAddress> look_up_host(const std::string& name) {
    addrinfo wanted{};
    wanted.ai_family = AF_INET;
    wanted.ai_socktype = SOCK_DGRAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(name.c_str(), nullptr, &wanted, &found) != 0) return std::nullopt;
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
    // Only IPv4 was asked for, so the address is of this form.
    const auto* address = reinterpret_cast<const sockaddr_in*>(found->ai_addr);
    return ntohl(address->sin_addr.s_addr);
}

} // namespace engine_net
