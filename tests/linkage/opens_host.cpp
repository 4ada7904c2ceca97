// Opens a host, first of all in its process; fails with the host's message where ENet runs on its
// own sockets.
#include "transport/host.hpp"
#include "transport/open_socket.hpp"

#include <engine_net/simulated_network.hpp>

#include <sodium.h>

#include <cstdio>

using namespace engine_net;

int main() {
    // Asked first of all, it must say the same as later.
    const bool has_aes = HostConfig{}.has_fast_aes;
    if (sodium_init() < 0 || has_aes != (crypto_aead_aes256gcm_is_available() != 0)) return 3;
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
