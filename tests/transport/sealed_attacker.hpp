#pragma once

#include "transport/host_pair.hpp"
#include "transport/secret_source.hpp"
#include "transport/secure/secure_layer.hpp"

#include <array>
#include <memory>
#include <span>

namespace engine_net::testing {

/// A client that has come in, with something else than ENet above its secure layer.
class SealedAttacker {
public:
    explicit SealedAttacker(SimulatedNetwork& network)
        : socket_(std::move(*open_socket(&network, "10.0.0.1", 0)))
        , secrets_(3)
        , layer_(config(), *socket_)
        , connection_(layer_.connect(server_address, Time{})->id) {}

    /// Sealed, once the server has answered; before, the first one goes along with the request.
    void send(Bytes datagram) { layer_.send(connection_, std::array{datagram}); }
    void step(Time now) {
        layer_.begin_receive(now);
        while (layer_.receive(answer_).bytes > 0) continue;
        layer_.flush(nullptr);
    }

private:
    SecureConfig config() {
        SecureConfig config;
        config.fill_random = [this](std::span<std::uint8_t> out) {
            secrets_.fill(out);
        };
        return config;
    }

    std::unique_ptr<DatagramSocket> socket_;
    SecretSource secrets_;
    SecureLayer layer_;
    ConnectionId connection_;
    std::array<std::uint8_t, 4096> answer_{};
};

} // namespace engine_net::testing
