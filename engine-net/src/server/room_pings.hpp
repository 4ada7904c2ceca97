#pragma once

#include "wire/bulk.hpp"

#include <engine_net/ids.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace engine_net {

/// Of one player: the ping that the others in its room were told, and whether it was told theirs.
struct PingKnowledge {
    std::uint16_t told = 0; ///< ms; 0: not known
    bool knows_others = false;
};

/// The pings in a room, as messages tell them: those that changed since they were told, and all to
/// who was told none; as many as a message holds.
class RoomPings {
public:
    /// `ms` is 0 if it is not known. A change that nobody would notice is none: a ping changes all
    /// the time.
    void add(PresenceId who, std::uint16_t ms, PingKnowledge& knowledge);
    /// May be none.
    [[nodiscard]] std::span<const wire::PingLine> lines_for(const PingKnowledge& knowledge) const {
        return knowledge.knows_others ? changed_ : all_;
    }

private:
    std::vector<wire::PingLine> all_;
    std::vector<wire::PingLine> changed_;
};

} // namespace engine_net
