// What an attacker who has come in seals: datagrams for ENet, of its own making, against a server
// with one honest client.
#include "fuzz/message_checker.hpp"
#include "transport/host_pair.hpp"
#include "transport/sealed_attacker.hpp"

#include <algorithm>

using namespace engine_net;
using namespace engine_net::testing;

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    SimulatedNetwork network({});
    const auto server = open_server(network);
    const auto client = open_client(network);
    MessageChecker checker;
    client->connect(server_address, Time{});
    SealedAttacker attacker(network);

    ByteReader input(Bytes(data, size));
    for (Time now{}; now < Time{40ms}; now += 1ms) {
        network.advance_to(now);
        client->receive(now, checker);
        client->flush(now);
        const std::size_t length = input.read<std::uint16_t>() % enet_mtu_bytes;
        const Bytes datagram = input.read_bytes(std::min(length, input.rest().size()));
        if (!datagram.empty()) attacker.send(datagram);
        attacker.step(now);
        server->receive(now, checker);
        server->flush(now);
    }
    return 0;
}
