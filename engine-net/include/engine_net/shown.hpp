#pragma once

#include <engine_net/tick.hpp>

#include <cstdint>

namespace engine_net {

/// How `Client::each` and `Client::find` give an entity.
enum class Shown : std::uint8_t {
    predicted, ///< what one moves oneself as `Client::predict` has it, all else interpolated
    /// As it was a little while ago, so that it moves evenly: between the version before that
    /// moment
    /// and the one after it, by the schema's `interpolate`.
    interpolated,
    newest, ///< in the newest version that has come: for decisions, not for the eye
};

/// A moment between two ticks of the server.
struct TickTime {
    Tick tick;
    double fraction = 0; ///< of the way to the next tick, below 1

    friend constexpr bool operator==(TickTime, TickTime) = default;
};

/// Ticks from `b` to `a`.
constexpr double operator-(TickTime a, TickTime b) {
    return (a.tick - b.tick) + (a.fraction - b.fraction);
}

} // namespace engine_net
