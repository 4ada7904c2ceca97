#pragma once

#include "canvas.hpp"

#include <string_view>

/// Text drawn with strokes, as on a vector screen: capitals, digits and what punctuation is needed.
struct Lettering {
    float height = 14; ///< of a capital, in pixels
    Colour colour = pale;
    bool glows = false; ///< as neon does

    [[nodiscard]] float width_of(std::string_view text) const;
    /// `place` is the upper left corner.
    void draw(Canvas& canvas, arena::Vector place, std::string_view text) const;
    void draw_centred(Canvas& canvas, arena::Vector top_middle, std::string_view text) const;
    void draw_right(Canvas& canvas, arena::Vector top_right, std::string_view text) const;
};
