#pragma once

#include "model/game.hpp"

#include <cstddef>
#include <string>

/// What is said where the player is, and a line to say something oneself.
class ChatPanel {
public:
    /// Fills a part of the window that is as high; below 0: all but so much of what is left.
    void draw(Game& game, float height);

private:
    std::string line_;
    std::size_t seen_ = 0; ///< lines; more have come when there are others
};
