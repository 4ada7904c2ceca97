#include "transport/retransmission.hpp"

namespace engine_net {
namespace {

template <class Change>
void for_each_command(ENetList& commands, Change change) {
    for (ENetListNode* node = enet_list_begin(&commands); node != enet_list_end(&commands);
         node = enet_list_next(node)) {
        // The node is the first member of the command: ENet's lists are made so.
        change(*reinterpret_cast<ENetOutgoingCommand*>(node));
    }
}

} // namespace

void reset_back_off(ENetPeer& peer, enet_uint32 now) {
    const enet_uint32 time_to_wait = peer.roundTripTime + 4 * peer.roundTripTimeVariance;
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

} // namespace engine_net
