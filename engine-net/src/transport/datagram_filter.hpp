#pragma once

#include "core/bytes.hpp"

#include <cstdint>

namespace engine_net {

/// What is wrong with a datagram, if anything.
enum class DatagramVerdict : std::uint8_t { good, malformed, oversize_message };

/// Lets through to ENet only what a `Host` sends. ENet itself takes more than it should: commands
/// that change its settings (one makes a server send datagrams of 4 kB), unreliable fragments,
/// which leak when one is lost, and connections to a host that only connects. So a datagram is
/// refused as a whole unless each of its commands is one of ours, with our flags, on a channel that
/// carries it and of a length that the channel allows.
///
///     header     u16 flags, session and peer number of the receiver; u16 time sent, if flagged
///     commands   u8 command and flags, u8 channel, u16 number, fields of the command, data
DatagramVerdict inspect_datagram(Bytes datagram, bool accepts_connections);

} // namespace engine_net
