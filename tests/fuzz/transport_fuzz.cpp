// Datagrams of an attacker's making, against a server with one honest client.
#include "fuzz/message_checker.hpp"
#include "transport/host_pair.hpp"

#include <algorithm>

using namespace engine_net;
using namespace engine_net::testing;

namespace {

/// Hands out the attacker's datagrams before those of the network, as sent by the client.
class Attacked final : public DatagramSocket {
public:
    Attacked(std::unique_ptr<DatagramSocket> inner, Bytes input)
        : inner_(std::move(inner)), input_(input) {}

    void advance_to(Time now) override { inner_->advance_to(now); }
    Status send(const Address& to, Bytes datagram) override { return inner_->send(to, datagram); }
    Received receive(std::span<std::uint8_t> buffer) override {
        if (victim.port == 0 || input_.rest().size() < 2) return inner_->receive(buffer);
        const std::size_t length = input_.read<std::uint16_t>() % 1400u;
        const Bytes datagram = input_.read_bytes(std::min(length, input_.rest().size()));
        std::copy(datagram.begin(), datagram.end(), buffer.begin());
        return {.status = Status::ok, .bytes = datagram.size(), .from = victim};
    }
    void wait_until(Time deadline) override { inner_->wait_until(deadline); }
    [[nodiscard]] Address local_address() const override { return inner_->local_address(); }

    Address victim; ///< the attack begins when it is set

private:
    std::unique_ptr<DatagramSocket> inner_;
    ByteReader input_;
};

} // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    SimulatedNetwork network({});
    auto socket = std::make_unique<Attacked>(
        std::move(*open_socket(&network, "10.0.0.1", server_port)), Bytes(data, size));
    Attacked& attacked = *socket;
    const auto server = open_host(std::move(socket), {.max_peers = 4, .accepts = true, .seed = 1});
    const auto client = open_client(network);
    MessageChecker checker;
    client->connect(server_address, Time{});
    for (Time now{}; now < Time{40ms}; now += 1ms) {
        network.advance_to(now);
        if (now == Time{10ms}) attacked.victim = client->local_address();
        client->receive(now, checker);
        client->flush(now);
        server->receive(now, checker);
        server->flush(now);
    }
    return 0;
}
