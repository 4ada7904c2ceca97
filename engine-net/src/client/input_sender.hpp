#pragma once

#include "core/bytes.hpp"
#include "core/tick_range.hpp"

#include <engine_net/client.hpp>
#include <engine_net/limits.hpp>
#include <engine_net/tick.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace engine_net {

/// The game's newest input, made into one input for each tick, the newest of which are kept to be
/// sent again.
class InputSender {
public:
    InputSender(std::size_t redundant, AwayInputs away)
        : redundant_(redundant), replays_(away == AwayInputs::replay) {}

    /// The input for the ticks to come.
    void set(Bytes input);
    /// Gives every tick up to `target` its input, each tick once; after a long pause only the
    /// newest. The number of new ones.
    std::size_t advance_to(Tick target);
    /// The server has simulated `tick`: its input and older ones need not be sent any more.
    void forget_until(Tick tick);
    /// The link is back. The next report tells what the server did not get; if that is to be
    /// replayed, the ticks to come are given that first.
    void resume() { has_resumed_ = true; }
    /// Ticks that the server simulated without an input: see `InputGap`.
    void take_report(TickRange gap);
    void clear();

    /// What waits to be sent: the inputs of the ticks up to the newest.
    [[nodiscard]] std::size_t count() const { return count_; }
    /// The newest tick that has its input.
    [[nodiscard]] std::optional<Tick> newest_tick() const {
        return has_newest_ ? std::optional(newest_) : std::nullopt;
    }
    /// What a tick was given, of the newest `history_ticks`; empty: nothing, or longer ago. Good
    /// until the next call that changes anything.
    [[nodiscard]] Bytes input_of(Tick tick) const;

private:
    using Input = std::array<std::uint8_t, max_input_bytes>;
    struct Given {
        Tick tick;
        Input input{};
        bool is_used = false;
    };
    Given& given(Tick tick) { return ring_[tick.value % ring_.size()]; }

    std::size_t redundant_;
    std::size_t bytes_ = 0; ///< of one input; 0: the game has set none
    Input current_{};
    std::vector<Given> ring_{history_ticks}; ///< by tick
    std::size_t count_ = 0;
    bool has_newest_ = false;
    Tick newest_;
    bool replays_;
    bool has_resumed_ = false; ///< since the last report
    std::deque<Given> given_;  ///< if it replays: the newest ticks' inputs
    std::deque<Input> replay_; ///< what the server did not get, for the ticks to come
};

} // namespace engine_net
