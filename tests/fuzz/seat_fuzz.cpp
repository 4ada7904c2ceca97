// Seats and tickets of a cluster: what anyone may show, and, as if it had been sealed with the key,
// what is in one.
#include "session/seat_gate.hpp"
#include "session/seat_token.hpp"

#include <cstdlib>
#include <string>

using namespace engine_net;

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Bytes input(data, size);
    static const ClusterKeys keys(*parse_secret_key(std::string(64, '1')));
    if (open_seat(keys, input) || open_ticket(keys, input)) std::abort();

    // Whatever is read can be sealed, and then says the same.
    SecretSource random(1);
    if (const auto seat = read_sealed_seat(input)) {
        const auto again = open_seat(keys, seal_seat(keys, *seat, random));
        if (!again || again->grant.player.user != seat->player.user ||
            again->grant.join != seat->join || again->grant.expires_at != seat->expires_at)
            std::abort();
    }
    if (const auto ticket = read_sealed_ticket(input)) {
        const auto again = open_ticket(keys, seal_ticket(keys, *ticket, random));
        if (!again || again->player.name != ticket->player.name ||
            again->room_name != ticket->room_name)
            std::abort();
    }
    return 0;
}
