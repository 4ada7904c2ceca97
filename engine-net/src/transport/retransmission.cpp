#include "transport/retransmission.hpp"

#include <algorithm>
#include <cstdint>

namespace engine_net {
namespace {

/// ENet takes for a slow link what one end acknowledged, or heard of, late because it hung.
constexpr enet_uint32 longest_wait_ms = 1'000;

template <class Change>
void for_each_command(ENetList& commands, Change change) {
    for (ENetListNode* node = enet_list_begin(&commands); node != enet_list_end(&commands);
         node = enet_list_next(node)) {
        // The node is the first member of the command: ENet's lists are made so.
        change(*reinterpret_cast<ENetOutgoingCommand*>(node));
    }
}

/// As ENet works it out, within that bound.
enet_uint32 first_wait(const ENetPeer& peer) {
    return std::min(peer.roundTripTime + 4 * peer.roundTripTimeVariance, longest_wait_ms);
}

} // namespace

void reset_back_off(ENetPeer& peer, enet_uint32 now) {
    const enet_uint32 time_to_wait = first_wait(peer);
    for_each_command(peer.sentReliableCommands, [&](ENetOutgoingCommand& command) {
        if (now - command.sentTime >= time_to_wait) {
            command.roundTripTimeout = 0; // due now; ENet works out a new one when it sends
        } else if (command.roundTripTimeout > time_to_wait) {
            command.roundTripTimeout = time_to_wait;
        }
    });
    for_each_command(peer.outgoingCommands, [](ENetOutgoingCommand& command) {
        command.roundTripTimeout = 0;
    });
    peer.nextTimeout = now;
}

void limit_back_off(ENetPeer& peer) {
    const enet_uint32 longest = std::min(4 * first_wait(peer), longest_wait_ms);
    for_each_command(peer.sentReliableCommands, [&](ENetOutgoingCommand& command) {
        if (command.roundTripTimeout <= longest) return;
        command.roundTripTimeout = longest;
        const enet_uint32 due = command.sentTime + longest;
        if (static_cast<std::int32_t>(due - peer.nextTimeout) < 0) peer.nextTimeout = due;
    });
    for_each_command(peer.outgoingCommands, [&](ENetOutgoingCommand& command) {
        if (command.roundTripTimeout > longest) command.roundTripTimeout = longest;
    });
}

} // namespace engine_net
