#pragma once

#include "model/replayed_match.hpp"

#include <imgui.h>

#include <optional>

/// What a recording is played by with the mouse, along the picture's lower edge: a button, the time
/// as a bar to click and drag on, with marks where someone came, left or spoke, and the speed.
class ReplayBar {
public:
    void draw(ReplayedMatch& match);
    /// In pixels, with the gap above it.
    [[nodiscard]] static float height();

private:
    void draw_time(ReplayedMatch& match, float width);
    static void draw_speed(ReplayedMatch& match);

    std::optional<float> dragged_to_; ///< a share of the bar
};
