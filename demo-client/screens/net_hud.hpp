#pragma once

#include "model/game.hpp"
#include "model/net_history.hpp"

#include <engine_net/clock.hpp>

#include <cstdint>

/// What a player can see of its link: as text, as graphs of the last seconds, or in parts.
class NetHud {
public:
    enum class Mode : std::uint8_t { off, text, graphs, breakdown };

    explicit NetHud(Mode mode) : mode_(mode) {}

    /// The next mode, and after the last one the first.
    void cycle();
    [[nodiscard]] Mode mode() const { return mode_; }
    /// Once a frame.
    void draw(const Game& game, const NetHistory& history, engine_net::Time now) const;

private:
    Mode mode_;
};
