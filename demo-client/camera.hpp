#pragma once

#include "rules/field.hpp"

#include <algorithm>
#include <cmath>

/// What part of the field the window shows. The field has no edge, so neither has the picture.
class Camera {
public:
    /// The window's size in pixels.
    void resize(float width, float height) {
        width_ = width;
        height_ = height;
        // Not so much that one thing would be seen twice.
        scale_ = std::max(height / shown_height, width / (arena::field_size * 0.95F));
        if (shows_field_) scale_ = std::min(width, height - taken_) / arena::field_size;
    }
    /// All of the field, or not, from the next `resize` on. `taken` is how much of the picture's
    /// lower edge others stand on, in pixels.
    void show_field(bool is_shown, float taken) {
        shows_field_ = is_shown;
        taken_ = is_shown ? taken : 0;
    }
    [[nodiscard]] bool shows_field() const { return shows_field_; }
    /// Moves towards a place of the field, in `seconds`.
    void follow(arena::Vector place, float seconds) {
        const arena::Vector step =
            arena::way(middle_, place) * (1 - std::exp(-stiffness * seconds));
        middle_ = arena::wrapped(middle_ + step);
        travelled_ += step;
    }
    /// Jumps there.
    void look_at(arena::Vector place) { middle_ = place; }

    [[nodiscard]] arena::Vector on_screen(arena::Vector place) const {
        return screen_middle() + arena::way(middle_, place) * scale_;
    }
    [[nodiscard]] bool is_in_sight(arena::Vector place, float radius) const {
        const arena::Vector from_middle = arena::way(middle_, place) * scale_;
        const float reach = radius * scale_;
        return std::abs(from_middle.x) < width_ / 2 + reach &&
               std::abs(from_middle.y) < height_ / 2 + reach;
    }
    /// Where what it looks at is.
    [[nodiscard]] arena::Vector screen_middle() const {
        return {width_ / 2, (height_ - taken_) / 2};
    }
    [[nodiscard]] float width() const { return width_; }
    [[nodiscard]] float height() const { return height_; }
    /// Pixels for a unit of the field.
    [[nodiscard]] float scale() const { return scale_; }
    [[nodiscard]] arena::Vector middle() const { return middle_; }
    /// The way that it has come, without jumps at the field's edges: for what lies far behind.
    [[nodiscard]] arena::Vector travelled() const { return travelled_; }

private:
    static constexpr float shown_height = 720; // units of the field
    static constexpr float stiffness = 14;     // per second

    float width_ = 1280;
    float height_ = 720;
    float scale_ = 1;
    bool shows_field_ = false;
    float taken_ = 0;
    arena::Vector middle_;
    arena::Vector travelled_;
};
