#pragma once

#include "core/bytes.hpp"

#include <engine_net/limits.hpp>
#include <engine_net/tick.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace engine_net {

/// `shown_ago` of who is shown nothing.
inline constexpr std::uint16_t nothing_shown = 0xFFFF;

/// One tick's input of a player.
struct QueuedInput {
    Tick tick;
    Bytes bytes;
    std::uint16_t shown_ago = nothing_shown; ///< see `wire::InputHeader`
};

/// One player's inputs, each waiting for its tick, in a window of ticks ahead of the simulation.
/// Outside of it an input is refused, never stored: a peer can neither fill memory nor act twice in
/// one tick. As many ticks behind the simulation are remembered, so that what comes again is told
/// from what comes too late.
class InputQueue {
public:
    enum class Verdict : std::uint8_t { queued, repeated, late, early };

    explicit InputQueue(std::size_t window_ticks);

    /// `input` has at most `max_input_bytes`; `next` is the tick that is simulated next. The first
    /// input for a tick counts; later ones are the redundant copies of it.
    Verdict queue(const QueuedInput& input, Tick next);
    /// The input for `tick`, which is given once. Good until the next `queue`.
    std::optional<QueuedInput> take(Tick tick);
    void clear();

private:
    enum class Use : std::uint8_t { none, waits, taken, late };
    /// Apart from the inputs themselves: most of what comes is a copy, and needs no more.
    struct Slot {
        Tick tick;
        Use use = Use::none;
        std::uint8_t bytes = 0;
        std::uint16_t shown_ago = nothing_shown;
    };
    using Input = std::array<std::uint8_t, max_input_bytes>;
    [[nodiscard]] std::size_t place_of(Tick tick) const { return tick.value % slots_.size(); }

    std::int32_t window_ticks_;
    std::vector<Slot> slots_;
    std::vector<Input> inputs_; ///< by slot
};

} // namespace engine_net
