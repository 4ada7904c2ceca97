#pragma once

#include "replication/newest_state.hpp"
#include "replication/replica.hpp"
#include "replication/sections.hpp"
#include "replication/type_cache.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>
#include <engine_net/limits.hpp>
#include <engine_net/shown.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace engine_net {

/// The entities of a room between two ticks. Of each, the newest version at or before the moment
/// shown and the one that follows it are blended by the schema's `interpolate`. Entities appear at
/// the tick that first tells of them and vanish at the one that tells of them no more. Ticks that
/// were lost, or lost in part, or that did not tell of an entity, are bridged: what stays there is
/// no version, as nothing says that it did not change. While no later version is here, entities
/// move on by their velocities for a bounded time.
///
/// Allocates while the room grows, not otherwise.
class Interpolator {
public:
    /// `schema` outlives it.
    Interpolator(const ReplicatedSchema& schema, std::uint32_t ticks_per_second);

    void set_max_extrapolation(Duration most) { max_extrapolation_ = most; }
    /// Brings what is shown to a moment, never before the one of the last call. `replica` has the
    /// same schema; what came to it since is taken in. Call it with every poll, once it was called.
    void show(const Replica& replica, TickTime moment);
    /// Takes in all that `replica` has, since it is about to forget it: entities stay in their
    /// newest versions until later ones come.
    void hold(const Replica& replica);
    /// Whether `show` was called since the last `clear`.
    [[nodiscard]] bool is_shown() const { return is_shown_; }
    /// Forgets the room.
    void clear();

    /// These two are of the last `show`; the replica has received nothing since then. Otherwise as
    /// `Replica::each` and `Replica::find`.
    void each(const char* type, const std::function<void(EntityId, const void*)>& visit) const;
    bool find(const char* type, EntityId id, void* state) const;

private:
    /// A tick after the moment.
    struct Later {
        const Frame* frame;
        const Coverage* told; ///< null: all of it came
        const SlotSet* rows;  ///< null: all are good
    };
    void take_until(const Replica& replica, Tick tick);
    void take(const Replica& replica, Tick tick);
    void find_later(const Replica& replica, Tick tick);
    [[nodiscard]] const Later* next_version(Slot slot, std::uint16_t incarnation) const;
    void blend(Slot slot, std::uint8_t* state) const;

    const ReplicatedSchema& schema_;
    double seconds_per_tick_;
    Duration max_extrapolation_{0};
    mutable TypeCache types_;
    bool is_shown_ = false;
    TickTime moment_;
    NewestState past_; ///< each entity's version at the moment
    /// Of a tick of the replica, how much of it is in `past_`.
    struct Taken {
        Tick tick;
        std::size_t parts = 0;
    };
    std::array<Taken, history_ticks> taken_{};
    std::vector<Later> later_; ///< going up
    Sections sections_;        ///< kept for its memory
    /// The two versions of an entity.
    struct Ends {
        StructBytes from;
        StructBytes to;
    };
    mutable Ends ends_; ///< of the one at hand: kept so that it need not be cleared for each
};

} // namespace engine_net
