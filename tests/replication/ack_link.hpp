#pragma once

#include "replication/replica.hpp"
#include "replication/unreliable_link.hpp"
#include "replication/viewer.hpp"

#include <cstdint>
#include <vector>

/// Acks on their way from a client to its viewer.
inline void send_acks(UnreliableLink& up, const engine_net::Replica& replica) {
    const engine_net::Acks acks = replica.acks();
    if (!acks.any) return;
    std::vector<std::uint8_t> message;
    engine_net::ByteWriter writer(message);
    writer.write(acks.newest);
    writer.write(acks.bits);
    up.send(message);
}

inline void deliver_acks(UnreliableLink& up, engine_net::Viewer& viewer) {
    up.deliver([&viewer](engine_net::Bytes message) {
        engine_net::ByteReader reader(message);
        const auto newest = reader.read<std::uint16_t>();
        viewer.on_ack(newest, reader.read<std::uint32_t>());
    });
}
