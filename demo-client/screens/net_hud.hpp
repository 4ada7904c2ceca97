#pragma once

#include "model/game.hpp"
#include "model/net_history.hpp"
#include "model/net_hud_mode.hpp"

#include <engine_net/clock.hpp>

/// What a player can see of its link: as text, as graphs of the last seconds, or in parts.
class NetHud {
public:
    explicit NetHud(NetHudMode mode) : mode_(mode) {}

    /// The next mode, and after the last one the first.
    void cycle();
    [[nodiscard]] bool is_on() const { return mode_ != NetHudMode::off; }
    /// Once a frame.
    void draw(const Game& game, const NetHistory& history, engine_net::Time now);
    /// In pixels, with the gap above it, as it was last drawn; 0 while it is off.
    [[nodiscard]] float height() const { return height_; }

private:
    NetHudMode mode_;
    float height_ = 0;
};
