#pragma once

#include "rules/vector.hpp"

#include <engine_net/ids.hpp>

#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace arena {

/// Where ships and asteroids were as one player saw them, by entity.
using SeenPlaces = std::vector<std::pair<engine_net::EntityId, Vector>>;

/// What players saw when they gave this tick's inputs: shots hit what was there. Each player is
/// asked about once; what nobody shot at is never looked up.
class Hindsight {
public:
    /// Nothing for who sees everything where it is.
    using Look = std::function<std::optional<SeenPlaces>(engine_net::PresenceId)>;

    /// Without one, everybody sees everything where it is.
    Hindsight() = default;
    explicit Hindsight(Look look) : look_(std::move(look)) {}

    /// Where this player saw that entity, which is at `place` now; nothing if it did not.
    std::optional<Vector>
    place_of(engine_net::EntityId id, Vector place, engine_net::PresenceId player);

private:
    Look look_;
    std::map<engine_net::PresenceId, std::optional<SeenPlaces>> seen_; ///< each by entity
};

} // namespace arena
