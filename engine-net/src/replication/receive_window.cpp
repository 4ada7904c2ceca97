#include "replication/receive_window.hpp"

#include "core/sequence.hpp"

namespace engine_net {

void ReceiveWindow::receive(std::uint16_t sequence) {
    if (!acks_.any) {
        acks_ = {sequence, 0, true};
        return;
    }
    const int ahead = sequence_difference(sequence, acks_.newest);
    if (ahead > 0) {
        // What was newest becomes bit `ahead - 1`. A shift by 32 or more is not defined.
        const std::uint64_t moved = ((std::uint64_t{acks_.bits} << 1) | 1u)
                                    << (ahead > 32 ? 32 : ahead - 1);
        acks_.bits = ahead > 32 ? 0 : static_cast<std::uint32_t>(moved);
        acks_.newest = sequence;
    } else if (ahead < 0 && ahead >= -32) {
        acks_.bits |= std::uint32_t{1} << (-ahead - 1);
    }
}

} // namespace engine_net
