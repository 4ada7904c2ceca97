#include "backdrop.hpp"

#include "rules/dice.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

using arena::Vector;

namespace {

constexpr int star_count = 260;
constexpr float cloud_nearness = 0.04F;
constexpr float margin = 0.1F; // of the window, in which what leaves on one side comes in

/// Where something of the endless sky stands in the window.
Vector placed(Vector place, float nearness, const Camera& camera) {
    const Vector shift = camera.travelled() * (nearness * camera.scale());
    const float span = 1 + 2 * margin;
    const auto share = [span](float at) {
        return at - std::floor(at / span) * span - margin;
    };
    return {share(place.x - shift.x / camera.width()) * camera.width(),
            share(place.y - shift.y / camera.height()) * camera.height()};
}

/// How bright a cloud is at so many radii from its middle: brighter within its heart.
float light_of(float distance) {
    constexpr float heart = 0.6F;
    const float outer = std::max(0.0F, 1 - distance);
    const float inner = std::max(0.0F, 1 - distance / heart);
    return outer * outer + heart * inner * inner;
}

} // namespace

Backdrop::Backdrop() {
    arena::Dice dice(2024);
    for (int i = 0; i < star_count; ++i) {
        const float nearness = dice.between(0.05F, 1) * dice.between(0.1F, 0.6F);
        const Colour warm{1, 0.85F, 0.7F, 1};
        const Colour cold{0.65F, 0.8F, 1, 1};
        stars_.push_back({{dice.between(0, 1.2F), dice.between(0, 1.2F)},
                          nearness,
                          0.6F + 1.7F * nearness,
                          dice.between(0, 6.28F),
                          mixed(warm, cold, dice.between(0, 1)).faded(dice.between(0.25F, 0.9F))});
    }
    clouds_ = {
        {{0.20F, 0.30F}, 0.75F, {0.22F, 0.10F, 0.45F, 0.34F}},
        {{0.85F, 0.75F}, 0.85F, {0.05F, 0.22F, 0.42F, 0.36F}},
        {{0.65F, 0.15F}, 0.50F, {0.35F, 0.08F, 0.28F, 0.24F}},
        {{0.10F, 0.95F}, 0.55F, {0.03F, 0.26F, 0.30F, 0.28F}},
    };
}

void Backdrop::draw(Canvas& canvas, const Camera& camera, float time_s) const {
    draw_clouds(canvas, camera, time_s);
    for (const Star& star : stars_) {
        const Vector place = placed(star.place, star.nearness, camera);
        const float light = 0.75F + 0.25F * std::sin(time_s * 2.1F + star.twinkle);
        canvas.disc(place, star.size * 2.2F, star.colour.faded(light), star.colour.faded(0));
    }
}

/// As one coarse mesh: a disc for each would paint the whole picture several times, which takes a
/// computer without a graphics card longer than all the rest.
void Backdrop::draw_clouds(Canvas& canvas, const Camera& camera, float time_s) const {
    constexpr int columns = 33;
    constexpr int rows = 19;
    std::array<Colour, std::size_t{columns} * rows> colours{};
    const Vector shift = camera.travelled() * (cloud_nearness * camera.scale());
    for (const Cloud& cloud : clouds_) {
        const float drift = 24 * std::sin(time_s * 0.05F + cloud.radius * 9);
        const Vector middle{cloud.place.x * camera.width() - 120 * std::sin(shift.x / 120) + drift,
                            cloud.place.y * camera.height() - 120 * std::sin(shift.y / 120)};
        const float radius = cloud.radius * camera.height();
        for (std::size_t i = 0; i < colours.size(); ++i) {
            const std::size_t row = i / columns;
            const std::size_t column = i % columns;
            const Vector corner{camera.width() * static_cast<float>(column) / (columns - 1),
                                camera.height() * static_cast<float>(row) / (rows - 1)};
            const float light = light_of(length(corner - middle) / radius) * cloud.colour.a;
            colours[i].r += cloud.colour.r * light;
            colours[i].g += cloud.colour.g * light;
            colours[i].b += cloud.colour.b * light;
        }
    }
    canvas.grid(camera.width(), camera.height(), columns, colours);
}
