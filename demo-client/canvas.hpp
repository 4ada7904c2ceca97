#pragma once

#include "colour.hpp"
#include "rules/vector.hpp"

#include <SDL.h>

#include <span>
#include <vector>

/// Draws smooth lines and soft light in pixels, many shapes to one call of SDL.
class Canvas {
public:
    /// `light` adds to what is there, as on a vector screen; `cover` paints over it.
    enum class Blend { light, cover };

    explicit Canvas(SDL_Renderer& renderer) : renderer_(renderer) {}

    /// The whole picture in one colour.
    void clear(Colour colour);
    /// For what is drawn from now on.
    void set_blend(Blend blend);

    void line(arena::Vector from, arena::Vector to, float width, Colour colour);
    /// Light around a line, gone at `reach` pixels from it.
    void halo(arena::Vector from, arena::Vector to, float reach, Colour colour);
    /// From the middle's colour to the rim's.
    void disc(arena::Vector middle, float radius, Colour colour, Colour rim);
    void ring(arena::Vector middle, float radius, float width, Colour colour);
    void rectangle(arena::Vector corner, arena::Vector opposite, Colour colour);
    /// A filled shape; every corner must be in sight of `middle`.
    void shape(arena::Vector middle, std::span<const arena::Vector> corners, Colour colour);
    /// A line through all points and back to the first, with a halo: how everything here is drawn.
    void outline(std::span<const arena::Vector> points, float width, Colour colour);
    /// The same for one line.
    void neon(arena::Vector from, arena::Vector to, float width, Colour colour);

    /// Hands everything over to SDL. Call it before the picture is shown.
    void flush();

private:
    int vertex(arena::Vector place, Colour colour);
    void triangle(int a, int b, int c);

    SDL_Renderer& renderer_;
    Blend blend_ = Blend::light;
    std::vector<SDL_Vertex> vertices_;
    std::vector<int> indices_;
};
