#pragma once

#include "core/bytes.hpp"

#include <enet/enet.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace engine_net {

/// The unreliable messages that wait for a flush, one after the other in memory that is used again
/// once the flush has sent them all. A thousand of ENet's own, each allocated and freed, are handed
/// back to the system after each flush and asked for again before the next.
class UnreliableMessages {
public:
    UnreliableMessages() : memory_(std::make_unique_for_overwrite<std::uint8_t[]>(most_bytes)) {}

    /// A packet for ENet with a copy of `message`, to be destroyed before this is. Beyond
    /// `most_bytes` ENet keeps the copy itself. Null: no memory.
    ENetPacket* packet(Bytes message) {
        if (waiting_ == 0) used_ = 0;
        constexpr enet_uint32 flags = ENET_PACKET_FLAG_UNSEQUENCED;
        if (message.size() > most_bytes - used_)
            return enet_packet_create(message.data(), message.size(), flags);
        std::uint8_t* const copy = memory_.get() + used_;
        ENetPacket* const packet =
            enet_packet_create(copy, message.size(), flags | ENET_PACKET_FLAG_NO_ALLOCATE);
        if (packet == nullptr) return nullptr;
        std::ranges::copy(message, copy);
        used_ += message.size();
        ++waiting_;
        packet->userData = this;
        packet->freeCallback = [](ENetPacket* freed) {
            --static_cast<UnreliableMessages*>(freed->userData)->waiting_;
        };
        return packet;
    }

private:
    /// Untouched memory costs nothing.
    static constexpr std::size_t most_bytes = 1024 * 1024;

    std::unique_ptr<std::uint8_t[]> memory_;
    std::size_t used_ = 0;
    std::size_t waiting_ = 0; ///< packets in it
};

} // namespace engine_net
