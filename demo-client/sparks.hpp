#pragma once

#include "camera.hpp"
#include "canvas.hpp"
#include "rules/dice.hpp"

#include <vector>

/// What glows for a moment: debris, exhaust, shock waves.
class Sparks {
public:
    /// Debris that flies apart at up to `speed` units per second.
    void burst(arena::Vector place, arena::Vector drift, int count, float speed, Colour colour);
    /// A ring that grows to `radius` units.
    void wave(arena::Vector place, float radius, Colour colour);
    /// One speck that leaves a ship's engine.
    void exhaust(arena::Vector place, arena::Vector velocity);

    void step(float seconds);
    void draw(Canvas& canvas, const Camera& camera) const;

private:
    struct Spark {
        arena::Vector place;
        arena::Vector velocity;
        float life_s = 0;
        float left_s = 0;
        float size = 0;
        Colour colour;
    };
    struct Wave {
        arena::Vector place;
        float radius = 0;
        float left = 1; ///< share of its life
        Colour colour;
    };

    arena::Dice dice_{7};
    std::vector<Spark> sparks_;
    std::vector<Wave> waves_;
};
