// Opens a host; fails with the host's message where ENet runs on its own sockets.
#include "transport/host.hpp"
#include "transport/open_socket.hpp"

#include <engine_net/simulated_network.hpp>

#include <cstdio>

using namespace engine_net;

int main() {
    SimulatedNetwork network({});
    auto socket = open_socket(&network, "10.0.0.1", 0);
    if (!socket) return 2;
    const auto host = Host::open({}, std::move(*socket));
    if (host) {
        std::puts("ENet is ours");
        return 0;
    }
    const std::string_view reason = message(host.error());
    std::printf("%.*s\n", static_cast<int>(reason.size()), reason.data());
    return 1;
}
