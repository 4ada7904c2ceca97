#pragma once

#include "rules/vector.hpp"

#include <engine_net/ids.hpp>

#include <cstddef>
#include <unordered_map>

/// Follows everything that is shown from frame to frame, for two reasons: what crosses an edge of
/// the field seems to fly back through all of it between two snapshots, and what is new fades in.
class Motion {
public:
    /// Once a frame, before the first `track`.
    void begin_frame(float seconds);
    /// Where to show the entity that the client has at `place`.
    arena::Vector track(engine_net::EntityId id, arena::Vector place, arena::Vector velocity);
    /// Since it was first tracked.
    [[nodiscard]] float age_s(engine_net::EntityId id) const;
    /// Once a frame, after the last `track`: drops what was not seen in it.
    void end_frame();

private:
    struct Track {
        arena::Vector place;
        float age_s = 0;
        float doubt_s = 0; ///< for how long the client's place has not been believed
        bool is_seen = true;
    };

    float seconds_ = 0;
    std::unordered_map<engine_net::EntityId, Track> tracks_;
};
