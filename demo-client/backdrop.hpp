#pragma once

#include "camera.hpp"
#include "canvas.hpp"

#include <vector>

/// The sky: clouds of light and stars, the farther the slower.
class Backdrop {
public:
    Backdrop();
    void draw(Canvas& canvas, const Camera& camera, float time_s) const;

private:
    void draw_clouds(Canvas& canvas, const Camera& camera, float time_s) const;

    struct Star {
        arena::Vector place; ///< shares of the window, 0 to 1
        float nearness = 0;  ///< share of the camera's way that it moves by
        float size = 0;
        float twinkle = 0; ///< phase
        Colour colour;
    };
    struct Cloud {
        arena::Vector place;
        float radius = 0; ///< shares of the window's height
        Colour colour;
    };

    std::vector<Star> stars_;
    std::vector<Cloud> clouds_;
};
