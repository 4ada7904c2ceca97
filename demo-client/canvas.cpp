#include "canvas.hpp"

#include <SDL_opengl.h>

#include <algorithm>
#include <cmath>

using arena::Vector;

namespace {

constexpr float pi = 3.14159265F;

constexpr std::size_t max_vertices = 60'000; // of one batch: ImGui's indices have 16 bits

ImU32 packed(Colour colour) {
    return ImGui::ColorConvertFloat4ToU32({colour.r, colour.g, colour.b, colour.a});
}

/// For what ImGui's renderer draws from here on.
void add_light(const ImDrawList*, const ImDrawCmd*) {
    glBlendFunc(GL_SRC_ALPHA, GL_ONE);
}

Vector across(Vector from, Vector to) {
    const Vector along = arena::unit(to - from);
    return {-along.y, along.x};
}

Vector on_circle(Vector middle, float radius, float turn) {
    return middle + Vector{std::cos(turn), std::sin(turn)} * radius;
}

int corners_of(float radius) {
    return std::clamp(static_cast<int>(radius * 0.8F), 10, 64);
}

} // namespace

void Canvas::set_blend(Blend blend) {
    if (blend == blend_) return;
    flush();
    blend_ = blend;
}

int Canvas::vertex(Vector place, Colour colour) {
    vertices_.push_back({place, packed(colour)});
    return static_cast<int>(vertices_.size()) - 1;
}

void Canvas::triangle(int a, int b, int c) {
    indices_.insert(indices_.end(), {a, b, c});
}

/// A core of full colour between two edges of a pixel's width that fade out.
void Canvas::line(Vector from, Vector to, float width, Colour colour) {
    begin_shape();
    const Vector side = across(from, to);
    const float core = std::max(width / 2 - 0.5F, 0.0F);
    const float rim = core + 1;
    const Colour shade = colour.faded(std::min(width, 1.0F));
    const int first = vertex(from - side * rim, shade.faded(0));
    for (const Vector end : {from, to}) {
        if (end == to) vertex(to - side * rim, shade.faded(0));
        vertex(end - side * core, shade);
        vertex(end + side * core, shade);
        vertex(end + side * rim, shade.faded(0));
    }
    for (int strip = first; strip < first + 3; ++strip) {
        triangle(strip, strip + 1, strip + 4);
        triangle(strip + 1, strip + 4, strip + 5);
    }
}

void Canvas::halo(Vector from, Vector to, float reach, Colour colour) {
    begin_shape();
    const Vector side = across(from, to) * reach;
    const Vector along = Vector{side.y, -side.x} * 0.7F;
    const Colour dark = colour.faded(0);
    const int a = vertex(from, colour);
    const int b = vertex(to, colour);
    const int left_a = vertex(from - side, dark);
    const int left_b = vertex(to - side, dark);
    const int right_a = vertex(from + side, dark);
    const int right_b = vertex(to + side, dark);
    const int before = vertex(from - along, dark);
    const int after = vertex(to + along, dark);
    triangle(a, b, left_a);
    triangle(b, left_a, left_b);
    triangle(a, b, right_a);
    triangle(b, right_a, right_b);
    triangle(a, left_a, before);
    triangle(a, before, right_a);
    triangle(b, left_b, after);
    triangle(b, after, right_b);
}

void Canvas::disc(Vector middle, float radius, Colour colour, Colour rim) {
    begin_shape();
    const int corners = corners_of(radius);
    const int centre = vertex(middle, colour);
    for (int i = 0; i < corners; ++i) {
        const float turn = 2 * pi * static_cast<float>(i) / static_cast<float>(corners);
        vertex(on_circle(middle, radius, turn), rim);
        triangle(centre, centre + 1 + i, centre + 1 + (i + 1) % corners);
    }
}

void Canvas::ring(Vector middle, float radius, float width, Colour colour) {
    const int corners = corners_of(radius);
    Vector last = on_circle(middle, radius, 0);
    for (int i = 1; i <= corners; ++i) {
        const float turn = 2 * pi * static_cast<float>(i) / static_cast<float>(corners);
        const Vector next = on_circle(middle, radius, turn);
        line(last, next, width, colour);
        last = next;
    }
}

void Canvas::rectangle(Vector corner, Vector opposite, Colour colour) {
    begin_shape();
    const int first = vertex(corner, colour);
    vertex({opposite.x, corner.y}, colour);
    vertex(opposite, colour);
    vertex({corner.x, opposite.y}, colour);
    triangle(first, first + 1, first + 2);
    triangle(first, first + 2, first + 3);
}

void Canvas::grid(float width, float height, int columns, std::span<const Colour> colours) {
    begin_shape();
    const int rows = static_cast<int>(colours.size()) / columns;
    const int first = static_cast<int>(vertices_.size());
    for (int i = 0; i < rows * columns; ++i) {
        const int row = i / columns;
        const int column = i % columns;
        vertex({width * static_cast<float>(column) / static_cast<float>(columns - 1),
                height * static_cast<float>(row) / static_cast<float>(rows - 1)},
               colours[static_cast<std::size_t>(i)]);
        if (row == 0 || column == 0) continue;
        const int corner = first + i;
        triangle(corner, corner - 1, corner - columns);
        triangle(corner - 1, corner - columns, corner - columns - 1);
    }
}

void Canvas::shape(Vector middle, std::span<const Vector> corners, Colour colour) {
    begin_shape();
    const int centre = vertex(middle, colour);
    const int count = static_cast<int>(corners.size());
    for (int i = 0; i < count; ++i) {
        vertex(corners[static_cast<std::size_t>(i)], colour);
        triangle(centre, centre + 1 + i, centre + 1 + (i + 1) % count);
    }
}

void Canvas::neon(Vector from, Vector to, float width, Colour colour) {
    halo(from, to, 5 * width + 4, colour.faded(0.22F));
    line(from, to, width, colour);
}

void Canvas::outline(std::span<const Vector> points, float width, Colour colour) {
    for (std::size_t i = 0; i < points.size(); ++i) {
        neon(points[i], points[(i + 1) % points.size()], width, colour);
    }
}

void Canvas::begin_shape() {
    if (vertices_.size() >= max_vertices) flush();
}

void Canvas::flush() {
    if (indices_.empty()) return;
    const bool is_light = blend_ == Blend::light;
    if (is_light) list_.AddCallback(add_light, nullptr);
    list_.PrimReserve(static_cast<int>(indices_.size()), static_cast<int>(vertices_.size()));
    const ImVec2 blank = ImGui::GetFontTexUvWhitePixel();
    const unsigned first = list_._VtxCurrentIdx;
    for (const Vertex& vertex : vertices_) {
        list_.PrimWriteVtx({vertex.place.x, vertex.place.y}, blank, vertex.colour);
    }
    for (const int index : indices_) {
        list_.PrimWriteIdx(static_cast<ImDrawIdx>(first + static_cast<unsigned>(index)));
    }
    if (is_light) list_.AddCallback(ImDrawCallback_ResetRenderState, nullptr);
    vertices_.clear();
    indices_.clear();
}
