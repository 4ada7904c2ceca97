#include "transport/host_lookup.hpp"

#include "transport/system_address.hpp"

#include <memory>
#include <netdb.h>

namespace engine_net {

std::vector<IpAddress> look_up_host(const std::string& name) {
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_DGRAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(name.c_str(), nullptr, &wanted, &found) != 0) return {};
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
    std::vector<IpAddress> hosts;
    for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
        SystemAddress address;
        if (one->ai_addrlen > sizeof address) continue;
        std::memcpy(static_cast<void*>(&address), one->ai_addr, one->ai_addrlen);
        hosts.push_back(from_system(address).host);
    }
    return hosts;
}

} // namespace engine_net
