#include "shapes.hpp"

#include "rules/dice.hpp"
#include "rules/ship.hpp"

#include <array>
#include <cmath>
#include <vector>

using arena::Vector;

namespace {

/// A shape's own coordinates, turned, sized and moved onto the screen.
struct Pose {
    Vector middle;
    float cosine = 1;
    float sine = 0;
    float scale = 1;

    Pose(const Camera& camera, Vector place, float heading)
        : middle(camera.on_screen(place))
        , cosine(std::cos(heading))
        , sine(std::sin(heading))
        , scale(camera.scale()) {}

    [[nodiscard]] Vector at(Vector point) const {
        return middle +
               Vector{point.x * cosine - point.y * sine, point.x * sine + point.y * cosine} * scale;
    }
};

void draw_flame(Canvas& canvas, const Pose& pose, float time_s) {
    const float flicker = 0.75F + 0.25F * std::sin(time_s * 71) * std::sin(time_s * 43);
    const Vector root = pose.at({-7, 0});
    const Vector tip = pose.at({-10 - 16 * flicker, 0});
    canvas.halo(root, tip, 16 * pose.scale, flame.faded(0.5F));
    canvas.line(pose.at({-9, 3.5F}), tip, 1.6F, flame);
    canvas.line(pose.at({-9, -3.5F}), tip, 1.6F, flame);
    canvas.line(root, pose.at({-8 - 9 * flicker, 0}), 2.4F, {1, 0.92F, 0.7F, 0.9F});
}

std::array<Vector, 4> hull_at(const Pose& pose) {
    return {pose.at({15, 0}), pose.at({-11, 10}), pose.at({-6, 0}), pose.at({-11, -10})};
}

void draw_health(Canvas& canvas, const Pose& pose, const ShipLook& ship) {
    constexpr float half_length = 13;
    const Vector from = pose.middle + Vector{-half_length, 22} * pose.scale;
    const Vector to = from + Vector{2 * half_length * ship.health, 0} * pose.scale;
    const Vector end = from + Vector{2 * half_length, 0} * pose.scale;
    canvas.line(from, end, 2, ship.colour.faded(0.22F));
    if (ship.health > 0) canvas.line(from, to, 2, mixed(danger, ship.colour, ship.health));
}

} // namespace

void draw_ship(Canvas& canvas, const Camera& camera, const ShipLook& ship, float time_s) {
    if (!camera.is_in_sight(ship.place, 60)) return;
    const Pose pose(camera, ship.place, ship.heading);
    const Colour colour = ship.colour.faded(ship.is_coasting ? 0.45F : 1);
    const std::array hull = hull_at(pose);

    if (ship.is_thrusting) draw_flame(canvas, pose, time_s);
    const float glow = ship.is_own ? 46.0F : 30.0F;
    canvas.disc(
        pose.middle, glow * pose.scale, colour.faded(ship.is_own ? 0.26F : 0.16F), colour.faded(0));
    canvas.shape(pose.at({-4, 0}), hull, colour.faded(ship.is_own ? 0.34F : 0.16F));
    canvas.outline(
        hull, ship.is_own ? 2.4F : 1.8F, ship.is_own ? mixed(colour, white, 0.35F) : colour);

    if (ship.is_shielded) {
        const float pulse = 0.5F + 0.25F * std::sin(time_s * 9);
        canvas.ring(pose.middle, 24 * pose.scale, 1.5F, colour.faded(pulse));
        canvas.disc(pose.middle, 24 * pose.scale, colour.faded(0.02F), colour.faded(0.18F * pulse));
    }
    if (ship.health < 1) draw_health(canvas, pose, ship);
}

void draw_ship_outline(
    Canvas& canvas, const Camera& camera, Vector place, float heading, Colour colour) {
    if (camera.is_in_sight(place, 60))
        canvas.outline(hull_at(Pose(camera, place, heading)), 1.2F, colour);
}

void draw_asteroid(Canvas& canvas,
                   const Camera& camera,
                   Vector place,
                   float heading,
                   float radius,
                   std::uint32_t shape,
                   float presence) {
    if (!camera.is_in_sight(place, radius * 1.3F)) return;
    arena::Dice dice(shape);
    const Pose pose(camera, place, heading);
    const int count = 8 + static_cast<int>(radius / 9) + dice.below(3);
    std::vector<Vector> corners;
    for (int i = 0; i < count; ++i) {
        const float turn = (static_cast<float>(i) + dice.between(-0.25F, 0.25F)) * 6.2831853F /
                           static_cast<float>(count);
        const float reach = radius * dice.between(0.74F, 1.14F);
        corners.push_back(pose.at(Vector{std::cos(turn), std::sin(turn)} * reach));
    }
    const Colour warm{0.80F, 0.66F, 0.56F, 1};
    const Colour colour = mixed(stone, warm, dice.between(0, 1)).faded(presence);

    canvas.shape(pose.middle, corners, colour.faded(0.085F * presence));
    canvas.outline(corners, 1.5F, colour.faded(0.85F));
    // A crack, so that one sees it turn.
    const auto edge = static_cast<std::size_t>(dice.below(count));
    const Vector inner =
        pose.at(Vector{dice.between(-0.3F, 0.3F), dice.between(-0.3F, 0.3F)} * radius);
    const Vector bend =
        (corners[edge] + inner) * 0.5F + Vector{dice.between(-3, 3), dice.between(-3, 3)};
    canvas.line(corners[edge], bend, 1, colour.faded(0.4F));
    canvas.line(bend, inner, 1, colour.faded(0.4F));
}

void draw_shot(Canvas& canvas, const Camera& camera, Vector place, Vector velocity, Colour colour) {
    if (!camera.is_in_sight(place, 30)) return;
    const Vector head = camera.on_screen(place);
    const Vector tail = head - arena::unit(velocity) * (15 * camera.scale());
    canvas.halo(tail, head, 11 * camera.scale(), colour.faded(0.45F));
    canvas.line(tail, head, 2.2F, colour);
    canvas.line((tail + head) * 0.5F, head, 1.4F, white);
    canvas.disc(head, 6 * camera.scale(), white.faded(0.6F), colour.faded(0));
}
