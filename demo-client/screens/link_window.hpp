#pragma once

#include "model/game.hpp"
#include "model/link_dials.hpp"

/// Sliders that make one's own link worse, to feel how the game plays then.
class LinkWindow {
public:
    void toggle() { is_open_ = !is_open_; }
    [[nodiscard]] bool is_open() const { return is_open_; }
    /// Once a frame.
    void draw(Game& game);

private:
    bool is_open_ = false;
    bool both_alike_ = true; ///< what is set for one way counts for the other
};
