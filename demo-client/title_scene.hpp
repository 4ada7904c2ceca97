#pragma once

#include "backdrop.hpp"
#include "camera.hpp"
#include "canvas.hpp"

/// What lies behind the menus: the sky, slowly passing, with asteroids and a ship that flies by.
class TitleScene {
public:
    void draw(Canvas& canvas, float time_s, bool has_title);

private:
    Backdrop backdrop_;
    Camera camera_;
};
