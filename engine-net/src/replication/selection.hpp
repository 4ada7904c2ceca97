#pragma once

#include "replication/history.hpp"
#include "replication/scoped_section.hpp"
#include "replication/sent_ticks.hpp"
#include "replication/sight.hpp"
#include "replication/slot_set.hpp"
#include "replication/slot_ticks.hpp"

#include <engine_net/tick.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace engine_net {

/// Chooses which entities one viewer is told of while there is no room for all: those with the
/// highest priority, which grows with the time since an entity was told last, times its weight (G.
/// Fiedler, "State Synchronization", 2015).
///
/// None starves: what was not told for a second comes before all others, the oldest first. So while
/// n entities are seen and k at least are told in a tick, each is told at least every second and
/// n / k ticks.
class Selection {
public:
    explicit Selection(const History& history) : history_(history) {}

    /// What was told of a tick has arrived.
    void on_known(Tick tick, const SentTicks::Told& told);
    /// What was told at a tick, whether it arrives or not.
    void on_told(Tick tick, const SentTicks::Told& told);

    /// What a viewer has.
    struct Base {
        const SentTicks& sent;
        std::optional<Tick> tick;       ///< the youngest tick that it has whole
        const SlotSet* sight = nullptr; ///< what it saw of it; null: all
    };
    struct Choice {
        SlotSet told;
        SlotSet known;           ///< that, and what of the rest the viewer may know to be there
        ScopedTicks references;  ///< `base.tick` and those in which most of `told` was told last
        int typical_lag = 1;     ///< see `ScopedReferences`
        std::size_t changed = 0; ///< entities in `told` that differ from what the viewer has
        double other_bits = 0;   ///< what all else in it is expected to take
    };
    /// What of `sight` to tell at `tick` in about `room_bytes`, at least one entity.
    Choice choose(Tick tick,
                  const Sight& sight,
                  const Base& base,
                  std::size_t room_bytes,
                  std::int32_t ticks_per_second);
    /// What a choice took: the next ones go by it.
    void learn(const Choice& choice, std::size_t bytes);

private:
    struct Candidate {
        double priority = 0;
        double bits = 0;
        Slot slot;
        std::optional<Tick> known; ///< the newest tick in which the viewer has it
        bool is_changed = false;   ///< since then
        bool may_be_there = false; ///< it may have been told of it
    };
    [[nodiscard]] bool may_be_there(Slot slot, Tick tick, const Base& base) const;
    [[nodiscard]] std::optional<Tick> known_tick(Slot slot, Tick tick, const Base& base) const;
    [[nodiscard]] Candidate candidate(
        Slot slot, Tick tick, const Sight& sight, const Base& base, std::int32_t ticks_per_second);
    [[nodiscard]] int age(Slot slot, Tick tick, std::int32_t ticks_per_second);

    const History& history_;
    SlotTicks known_; ///< for each slot, the newest tick that told of it, of those that arrived
    SlotTicks told_;  ///< and of those that were sent
    SlotTicks waits_; ///< for those never told, a while before they were first seen; see `age`
    /// The newest ticks that told of all that was seen, which do not stand in these.
    std::optional<Tick> all_known_;
    std::optional<Tick> all_told_;
    double changed_bits_ = 40;          ///< of an entity that changed
    std::vector<Candidate> candidates_; ///< kept for their memory
};

} // namespace engine_net
