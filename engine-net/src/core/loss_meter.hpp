#pragma once

#include "core/sequence.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace engine_net {

/// What share of numbered messages is lost, from now and then the newest number that arrived and
/// how many did: over the newest notes.
class LossMeter {
public:
    void note(std::uint16_t newest, std::uint16_t received) {
        notes_[count_++ % notes_.size()] = {newest, received};
    }
    void begin_again() { count_ = 0; }
    /// 0 to 1; messages that are still on their way and were overtaken count as lost.
    [[nodiscard]] double loss() const {
        if (count_ < 2) return 0;
        const Note& newest = notes_[(count_ - 1) % notes_.size()];
        const Note& oldest = notes_[count_ > notes_.size() ? count_ % notes_.size() : 0];
        const int sent = sequence_difference(newest.newest, oldest.newest);
        const int arrived = sequence_difference(newest.received, oldest.received);
        return sent > 0 ? std::clamp(1.0 - static_cast<double>(arrived) / sent, 0.0, 1.0) : 0;
    }

private:
    struct Note {
        std::uint16_t newest = 0;
        std::uint16_t received = 0;
    };
    /// Four seconds of heartbeats.
    std::array<Note, 16> notes_{};
    std::size_t count_ = 0;
};

} // namespace engine_net
