#pragma once

#include "model/colour.hpp"
#include "rules/vector.hpp"

#include <imgui.h>

#include <span>
#include <vector>

/// Draws smooth lines and soft light in pixels, many shapes to one command of ImGui: so there is
/// one renderer, and the game lies below the windows.
class Canvas {
public:
    /// `light` adds to what is there, as on a vector screen; `cover` paints over it.
    enum class Blend { light, cover };

    explicit Canvas(ImDrawList& list) : list_(list) {}

    /// For what is drawn from now on.
    void set_blend(Blend blend);

    void line(arena::Vector from, arena::Vector to, float width, Colour colour);
    /// Light around a line, gone at `reach` pixels from it.
    void halo(arena::Vector from, arena::Vector to, float reach, Colour colour);
    /// From the middle's colour to the rim's.
    void disc(arena::Vector middle, float radius, Colour colour, Colour rim);
    void ring(arena::Vector middle, float radius, float width, Colour colour);
    void rectangle(arena::Vector corner, arena::Vector opposite, Colour colour);
    /// The whole picture in soft colours: `colours` at the corners of cells, row by row, of which
    /// `columns` corners make a row.
    void grid(float width, float height, int columns, std::span<const Colour> colours);
    /// A filled shape; every corner must be in sight of `middle`.
    void shape(arena::Vector middle, std::span<const arena::Vector> corners, Colour colour);
    /// A line through all points and back to the first, with a halo: how everything here is drawn.
    void outline(std::span<const arena::Vector> points, float width, Colour colour);
    /// The same for one line.
    void neon(arena::Vector from, arena::Vector to, float width, Colour colour);

    /// Hands everything over to ImGui. Call it before the frame ends.
    void flush();

private:
    struct Vertex {
        arena::Vector place;
        ImU32 colour = 0;
    };

    void begin_shape();
    int vertex(arena::Vector place, Colour colour);
    void triangle(int a, int b, int c);

    ImDrawList& list_;
    Blend blend_ = Blend::light;
    std::vector<Vertex> vertices_;
    std::vector<int> indices_;
};
