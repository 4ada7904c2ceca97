#pragma once

#include "rules/dice.hpp"
#include "rules/sight.hpp"

#include "arena_generated.h"

#include <cstdint>

namespace arena {

/// A computer player: steers around asteroids, hunts what is near and leads its target. The same
/// seed and sights give the same inputs.
class Pilot {
public:
    explicit Pilot(std::uint64_t seed);

    /// The buttons for the next tick. Call it once a tick.
    Input steer(const Sight& sight);

private:
    struct Aim {
        Vector way; ///< from the own ship to where the target will be
        float target_radius = 0;
    };

    [[nodiscard]] Aim choose(const Sight& sight) const;
    void change_mood();
    bool is_on_trigger();

    Dice dice_;
    int ticks_to_next_mood_ = 0;
    int trigger_ticks_ = 0; ///< of the burst that are left; below 0: of the pause that are over
    int pause_ticks_ = 0;
    float bravery_ = 1; ///< how much nearer an asteroid must be than a ship to be hunted instead
    float cruise_speed_ = 0;
    int aim_error_ = 0; ///< heading steps
};

} // namespace arena
