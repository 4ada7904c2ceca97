#pragma once

#include "room/published_state.hpp"
#include "wire/bulk.hpp"

#include <engine_net/ids.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace engine_net {

/// Brings one presence the newest version of its room's state and of its own, piece by piece. It
/// holds only how far it is. A version that is followed by another before all of it was sent is
/// given up, and the newer one begins.
class StateSender {
public:
    /// The states of one presence.
    struct States {
        const PublishedState& room;
        const PublishedState& own;
    };

    /// For another peer, which has nothing yet.
    void restart() { *this = {}; }
    [[nodiscard]] bool has_sent(const States& states) const {
        return room_.has_sent(states.room) && own_.has_sent(states.own);
    }
    /// Calls `send(Bytes)` for the next pieces, at most `count`. The two states take turns, so
    /// that neither waits for the other.
    void send(PresenceId to,
              const States& states,
              std::size_t count,
              const std::function<void(Bytes)>& send);

private:
    class Cursor {
    public:
        [[nodiscard]] bool has_sent(const PublishedState& state) const {
            return version_ == state.version() && offset_ == state.bytes().size();
        }
        /// The next piece of a state that has not been sent whole.
        wire::StatePiece next(wire::BulkKind kind, PresenceId to, const PublishedState& state);

    private:
        std::uint32_t version_ = 0;
        std::size_t offset_ = 0;
    };

    Cursor room_;
    Cursor own_;
    bool is_own_next_ = false;
};

} // namespace engine_net
