#pragma once

#include <cstdint>

namespace engine_net {

/// What a client has of the snapshot datagrams: the newest sequence and the 32 before it.
struct Acks {
    std::uint16_t newest = 0;
    std::uint32_t bits = 0; ///< bit i: newest - 1 - i has arrived
    bool any = false;       ///< false: nothing has arrived yet, the rest says nothing
};

/// Collects the sequences that arrive, in any order.
class ReceiveWindow {
public:
    void receive(std::uint16_t sequence);
    [[nodiscard]] Acks acks() const { return acks_; }

private:
    Acks acks_;
};

} // namespace engine_net
