#include "canvas.hpp"

#include <algorithm>
#include <cmath>

using arena::Vector;

namespace {

constexpr float pi = 3.14159265F;

std::uint8_t byte_of(float share) {
    return static_cast<std::uint8_t>(std::lround(std::clamp(share, 0.0F, 1.0F) * 255));
}

SDL_Color sdl_colour(Colour colour) {
    return {byte_of(colour.r), byte_of(colour.g), byte_of(colour.b), byte_of(colour.a)};
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

void Canvas::clear(Colour colour) {
    const SDL_Color sdl = sdl_colour(colour);
    SDL_SetRenderDrawColor(&renderer_, sdl.r, sdl.g, sdl.b, sdl.a);
    SDL_RenderClear(&renderer_);
}

void Canvas::set_blend(Blend blend) {
    if (blend == blend_) return;
    flush();
    blend_ = blend;
}

int Canvas::vertex(Vector place, Colour colour) {
    vertices_.push_back({{place.x, place.y}, sdl_colour(colour), {0, 0}});
    return static_cast<int>(vertices_.size()) - 1;
}

void Canvas::triangle(int a, int b, int c) {
    indices_.insert(indices_.end(), {a, b, c});
}

/// A core of full colour between two edges of a pixel's width that fade out.
void Canvas::line(Vector from, Vector to, float width, Colour colour) {
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
    const int first = vertex(corner, colour);
    vertex({opposite.x, corner.y}, colour);
    vertex(opposite, colour);
    vertex({corner.x, opposite.y}, colour);
    triangle(first, first + 1, first + 2);
    triangle(first, first + 2, first + 3);
}

void Canvas::shape(Vector middle, std::span<const Vector> corners, Colour colour) {
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

void Canvas::flush() {
    const bool is_light = blend_ == Blend::light;
    SDL_SetRenderDrawBlendMode(&renderer_, is_light ? SDL_BLENDMODE_ADD : SDL_BLENDMODE_BLEND);
    if (!indices_.empty()) {
        SDL_RenderGeometry(&renderer_,
                           nullptr,
                           vertices_.data(),
                           static_cast<int>(vertices_.size()),
                           indices_.data(),
                           static_cast<int>(indices_.size()));
    }
    vertices_.clear();
    indices_.clear();
}
