#pragma once

#include "core/loss_meter.hpp"
#include "session/heartbeat.hpp"
#include "wire/hot.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/tick.hpp>

#include <array>
#include <cstdint>
#include <optional>

namespace engine_net {

/// How one player's inputs come in: what a server tells it, so that it keeps just ahead.
class InputMeter {
public:
    /// Counts a message; the oldest tick that none before it had an input for, if there is one.
    std::optional<Tick> note_message(const wire::InputMessage& message);
    /// The input of `tick` came `lead` before its tick was due.
    void note_lead(Tick tick, Duration lead, Time now);
    /// Another peer takes over.
    void restart() { *this = {}; }

    [[nodiscard]] InputReport report() const;
    /// The share of its messages that did not come, of the last seconds.
    [[nodiscard]] double loss() const { return loss_.loss(); }

private:
    struct Lead {
        Duration lead{0};
        Tick tick{};
    };
    void note_sequence(std::uint16_t sequence);

    std::optional<Tick> newest_;
    std::array<std::optional<Lead>, 2> least_{}; ///< of this half second, and of the one before
    Time turn_{};                                ///< when this one is over
    std::optional<std::uint16_t> newest_sequence_;
    std::uint16_t received_ = 0;
    LossMeter loss_{};
};

} // namespace engine_net
