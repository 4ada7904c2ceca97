#pragma once

#include "replication/history.hpp"
#include "replication/scoped_encoder.hpp"
#include "replication/sight.hpp"

#include <engine_net/ids.hpp>
#include <engine_net/interest.hpp>
#include <engine_net/tick.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace engine_net {

/// Where an entity type's rows have its position.
struct PositionColumns {
    std::size_t first = 0;
    std::size_t count = 0; ///< 2 or 3; 0: it has none
};
/// The field of this name, if it is one.
PositionColumns position_columns(const EntityType& type, const std::string& field);

/// Finds out who sees what of a room's ticks: everything; what is near; of that, what the game
/// says. One per room; `history` and `encoder` outlive it.
class Interest {
public:
    /// 0 hides an entity from a viewer; more is its weight.
    using Relevance = std::function<double(PresenceId viewer, const SeenEntity& entity)>;

    /// `relevance` is asked if `config` says so.
    Interest(const History& history,
             ScopedEncoder& encoder,
             InterestConfig config,
             Relevance relevance);

    /// What a viewer sees of a committed tick: from `viewpoint`, if given, else from where its own
    /// entities are. `before` is what it saw last. The weights are good until the next call for
    /// another tick.
    [[nodiscard]] Sight sight(Tick tick,
                              PresenceId viewer,
                              const std::optional<Viewpoint>& viewpoint,
                              const SlotSet* before);

private:
    using Place = std::array<double, 3>;
    using Cell = std::array<std::int32_t, 3>;
    /// An entity with a position.
    struct Placed {
        Place place{};
        Slot slot;
        std::uint32_t bucket = 0;
    };
    void turn_to(Tick tick);
    void sort_by_bucket();
    [[nodiscard]] std::optional<Place> place_of(const Frame& frame, Slot slot) const;
    [[nodiscard]] Cell cell_of(const Place& place) const;
    [[nodiscard]] std::span<const Slot> owned_by(PresenceId viewer) const;
    [[nodiscard]] std::vector<Place> places_of(const Frame& frame,
                                               PresenceId viewer,
                                               const std::optional<Viewpoint>& viewpoint) const;
    [[nodiscard]] std::uint32_t bucket_of(const Cell& cell) const;
    void add_near(const Place& place, const SlotSet* before, SlotSet& seen);
    void find_near(const Place& place, std::uint32_t bucket);
    [[nodiscard]] double relevance(PresenceId viewer, Slot slot) const;
    [[nodiscard]] double nearness(const std::vector<Place>& places, Slot slot) const;

    const History& history_;
    ScopedEncoder& encoder_;
    InterestConfig config_;
    Relevance relevance_;
    std::vector<PositionColumns> positions_; ///< by type
    bool has_heights_ = false;               ///< some positions have three numbers
    std::int32_t reach_ = 1;                 ///< see `reach_in_plane`
    std::optional<Tick> tick_;
    std::vector<Placed> placed_;               ///< of `tick_`, ordered by bucket
    std::vector<Placed> unsorted_;             ///< reused
    std::vector<std::uint32_t> bucket_begins_; ///< in `placed_`, and the last one's end
    std::vector<const Placed*> near_;          ///< of the place at hand: the first `near_count_`
    std::size_t near_count_ = 0;
    SlotSet placeless_;                              ///< what has no position
    std::vector<std::pair<PresenceId, Slot>> owned_; ///< ordered by owner
    std::vector<Slot> owned_slots_;                  ///< the same without owners
};

} // namespace engine_net
