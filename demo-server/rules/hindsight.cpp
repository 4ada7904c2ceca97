#include "rules/hindsight.hpp"

#include <algorithm>

namespace arena {

std::optional<Vector>
Hindsight::place_of(engine_net::EntityId id, Vector place, engine_net::PresenceId player) {
    if (!look_) return place;
    const auto [seen, is_new] = seen_.try_emplace(player);
    std::optional<SeenPlaces>& places = seen->second;
    if (is_new) {
        places = look_(player);
        if (places) std::ranges::sort(*places, {}, &SeenPlaces::value_type::first);
    }
    if (!places) return place;
    const auto found = std::ranges::lower_bound(*places, id, {}, &SeenPlaces::value_type::first);
    if (found == places->end() || found->first != id) return std::nullopt;
    return found->second;
}

} // namespace arena
