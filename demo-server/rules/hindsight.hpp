#pragma once

#include "rules/vector.hpp"

#include <engine_net/ids.hpp>

#include <optional>

namespace arena {

/// Nobody sees farther into the past than this.
inline constexpr float longest_hindsight_s = 1;

/// What players saw when they gave this tick's inputs: shots hit what was there.
class Hindsight {
public:
    virtual ~Hindsight() = default;
    /// Where `player` saw that entity, which is at `place` now; nothing if it did not.
    [[nodiscard]] virtual std::optional<Vector>
    ship_seen_by(engine_net::PresenceId player, engine_net::EntityId id, Vector place) const = 0;
    [[nodiscard]] virtual std::optional<Vector> asteroid_seen_by(engine_net::PresenceId player,
                                                                 engine_net::EntityId id,
                                                                 Vector place) const = 0;
};

} // namespace arena
