#pragma once

#include <engine_net/link_conditions.hpp>

/// How bad a player wants its link to be, as it sets it by hand.
struct LinkDials {
    struct Way {
        float delay_ms = 0;
        float jitter_ms = 0;
        float loss_percent = 0;
        float duplicate_percent = 0;
        float reorder_percent = 0;

        friend bool operator==(const Way&, const Way&) = default;
    };

    Way out{};
    Way in{};
    bool is_black_out = false; ///< nothing passes, either way

    friend bool operator==(const LinkDials&, const LinkDials&) = default;
};

/// `given` with these conditions. What they can't say (a bottleneck, corruption, the seed) stays.
[[nodiscard]] engine_net::LinkSimulation simulation(const LinkDials& dials,
                                                    const engine_net::LinkSimulation& given);
/// The dials that say this.
[[nodiscard]] LinkDials dials_of(const engine_net::LinkSimulation& simulation);
