#pragma once

#include <enet/enet.h>

namespace engine_net {

/// Makes ENet send again at once what it had put off longer and longer while the link was silent.
/// After a cut of 2 s a reliable message then arrives a round trip after its end, not 1.65 s.
void reset_back_off(ENetPeer& peer, enet_uint32 now);

/// ENet waits twice as long each time before it sends something again, without end: where one in
/// three is lost, some messages, and all behind them, take seconds. From the third time on ours
/// waits no longer than four times what the first one did, and never longer than a second. To be
/// called some times a round trip.
void limit_back_off(ENetPeer& peer);

} // namespace engine_net
