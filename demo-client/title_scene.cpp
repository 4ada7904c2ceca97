#include "title_scene.hpp"

#include "lettering.hpp"
#include "rules/dice.hpp"
#include "rules/field.hpp"
#include "shapes.hpp"

#include <imgui.h>

#include <cmath>

using arena::Vector;

namespace {

constexpr int rocks = 16;

/// However far away that is from the field's middle.
Vector in_field(Vector place) {
    return {std::remainder(place.x, arena::field_size), std::remainder(place.y, arena::field_size)};
}

} // namespace

void TitleScene::draw(Canvas& canvas, float time_s, bool has_title) {
    const ImVec2 picture = ImGui::GetIO().DisplaySize;
    camera_.resize(picture.x, picture.y);
    camera_.follow(in_field({time_s * 26, time_s * 11}), 1);
    canvas.set_blend(Canvas::Blend::light);
    backdrop_.draw(canvas, camera_, time_s);

    arena::Dice dice(11);
    for (int i = 0; i < rocks; ++i) {
        const Vector place{dice.between(-1000, 1000), dice.between(-1000, 1000)};
        const Vector drift{dice.between(-30, 30), dice.between(-30, 30)};
        const float turn = dice.between(-0.6F, 0.6F) * time_s;
        const float radius = dice.between(16, 62);
        const auto shape = static_cast<std::uint32_t>(i + 40);
        draw_asteroid(canvas, camera_, in_field(place + drift * time_s), turn, radius, shape, 0.7F);
    }
    const float heading = 0.42F + 0.12F * std::sin(time_s * 0.7F);
    const ShipLook ship{.place = arena::wrapped(camera_.middle() + Vector{-430, -90} +
                                                Vector{0, 16 * std::sin(time_s * 0.9F)}),
                        .heading = heading,
                        .colour = player_colour(1),
                        .is_thrusting = std::sin(time_s * 0.8F) > -0.3F};
    draw_ship(canvas, camera_, ship, time_s);
    if (!has_title) return;
    const Lettering title{
        .height = 76, .colour = mixed(player_colour(0), white, 0.3F), .glows = true};
    title.draw_centred(canvas, {picture.x / 2, picture.y * 0.1F}, "ARENA");
}
