#pragma once

#include "model/game.hpp"

#include <string>

/// What is said during a match: its last lines above the game's lower edge, and a line of one's own
/// that Enter opens and closes.
class MatchChat {
public:
    void open() { opens_now_ = is_open_ = true; }
    void close() { is_open_ = false; }
    [[nodiscard]] bool is_open() const { return is_open_; }
    /// Once a frame. `taken` is how much of the picture's lower edge others stand on, in pixels.
    void draw(Game& game, float taken);
    /// The same where there is nothing to say.
    void draw_said(const ChatLog& chat, float taken) const;

private:
    [[nodiscard]] bool begin(const ChatLog& chat, float taken) const;
    void draw_line(Game& game);

    std::string line_;
    bool is_open_ = false;
    bool opens_now_ = false;
};
