#include "hud.hpp"

#include "lettering.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <vector>

using arena::Vector;

namespace {

constexpr float margin = 28; // pixels

/// Dims what lies behind, so that what stands on it can be read.
void draw_panel(Canvas& canvas, Vector corner, Vector opposite) {
    constexpr float padding = 10;
    corner = corner - Vector{padding, padding};
    opposite += Vector{padding, padding};
    canvas.set_blend(Canvas::Blend::cover);
    canvas.rectangle(corner, opposite, night.faded(0.8F));
    canvas.set_blend(Canvas::Blend::light);
    const Colour edge = pale.faded(0.16F);
    canvas.line(corner, {opposite.x, corner.y}, 1, edge);
    canvas.line(corner, {corner.x, opposite.y}, 1, edge);
    canvas.line(opposite, {opposite.x, corner.y}, 1, edge);
    canvas.line(opposite, {corner.x, opposite.y}, 1, edge);
}

void draw_bar(Canvas& canvas, Vector place, const char* label, float share, Colour colour) {
    constexpr float length = 150;
    constexpr float thickness = 6;
    Lettering{.height = 10, .colour = pale.faded(0.8F)}.draw(canvas, place, label);
    const Vector from = place + Vector{62, 2};
    const Colour shade = share < 0.25F ? danger : colour;
    canvas.rectangle(from, from + Vector{length, thickness}, colour.faded(0.12F));
    canvas.rectangle(from, from + Vector{length * share, thickness}, shade.faded(0.75F));
    const Vector tip = from + Vector{length * share, thickness / 2};
    canvas.halo(from + Vector{0, thickness / 2}, tip, 9, shade.faded(0.25F));
}

} // namespace

void Hud::draw(Canvas& canvas, const Scene& scene, const Game& game) {
    const Roster& roster = game.roster();
    draw_scores(canvas, scene, roster, game.client().presence().value);
    if (!game.is_spectator()) draw_own(canvas, scene, game);
    draw_map(canvas, scene, 0);
    draw_news(canvas, roster, game.is_spectator() ? margin : margin + 160);
    draw_link(canvas, game, scene.camera());
    if (game.is_suspended() || scene.own_ship()) return;
    if (game.is_spectator()) return draw_followed(canvas, scene, roster);
    draw_notice(canvas, scene.camera(), "next ship is on its way ...", 0.32F);
}

void Hud::draw_watched(Canvas& canvas, const Scene& scene, const Roster& roster, float taken) {
    draw_scores(canvas, scene, roster, scene.camera().shows_field() ? 0 : scene.followed());
    if (!scene.camera().shows_field()) draw_map(canvas, scene, taken);
    draw_news(canvas, roster, margin);
    if (!scene.camera().shows_field()) draw_followed(canvas, scene, roster);
}

/// The best, and one player in any case.
void Hud::draw_scores(Canvas& canvas,
                      const Scene& scene,
                      const Roster& roster,
                      std::uint32_t self) {
    constexpr float row = 19;
    constexpr std::size_t max_rows = 16;
    std::vector<Roster::Line> lines = roster.lines();
    const auto own = std::ranges::find(lines, self, &Roster::Line::player);
    if (own != lines.end() && own - lines.begin() >= static_cast<std::ptrdiff_t>(max_rows)) {
        std::iter_swap(lines.begin() + max_rows - 1, own);
    }
    lines.resize(std::min(lines.size(), max_rows));

    const float right = scene.camera().width() - margin;
    Vector place{right - 205, margin};
    const float bottom = margin + row * static_cast<float>(lines.size()) - 9;
    draw_panel(canvas, place, {right, bottom});
    for (const Roster::Line& line : lines) {
        const bool is_own = line.player == self;
        if (is_own) {
            canvas.rectangle(place - Vector{10, 4.5F},
                             Vector{right + 10, place.y + 14.5F},
                             line.colour.faded(0.16F));
        }
        const Colour colour = is_own ? mixed(line.colour, white, 0.4F) : line.colour.faded(0.72F);
        const Lettering letters{.height = 10, .colour = colour};
        letters.draw(canvas, place, line.name.substr(0, 13));
        letters.draw_right(canvas, {right, place.y}, std::to_string(line.points));
        place.y += row;
    }
}

void Hud::draw_own(Canvas& canvas, const Scene& scene, const Game& game) {
    const auto self = game.client().presence().value;
    const auto& lines = game.roster().lines();
    draw_panel(canvas, {margin, margin}, {margin + 212, margin + 122});
    const auto own = std::ranges::find(lines, self, &Roster::Line::player);
    if (own != lines.end()) {
        const Lettering big{.height = 30, .colour = mixed(own->colour, white, 0.3F)};
        big.draw(canvas, {margin, margin}, std::to_string(own->points));
        const Lettering small{.height = 10, .colour = pale.faded(0.8F)};
        small.draw(canvas,
                   {margin, margin + 44},
                   std::to_string(own->kills) + " kills  " + std::to_string(own->deaths) +
                       " losses");
    }
    if (const auto& ship = scene.own_ship()) {
        const float top = margin + 72;
        draw_bar(canvas, {margin, top}, "hull", ship->health, {0.35F, 1, 0.6F, 1});
        draw_bar(canvas, {margin, top + 20}, "fuel", ship->fuel, {1, 0.7F, 0.3F, 1});
        draw_bar(canvas, {margin, top + 40}, "shots", ship->ammo, {0.4F, 0.8F, 1, 1});
    }
}

void Hud::draw_map(Canvas& canvas, const Scene& scene, float taken) {
    constexpr float side = 150;
    const Camera& camera = scene.camera();
    const Vector corner{camera.width() - margin - side, camera.height() - margin - side - taken};
    const Vector opposite = corner + Vector{side, side};
    draw_panel(canvas, corner, opposite);
    const float scale = side / arena::field_size;
    for (const Scene::Dot& dot : scene.dots()) {
        const Vector place =
            corner + (dot.place + Vector{arena::field_half, arena::field_half}) * scale;
        canvas.disc(place, dot.size + 1, dot.colour, dot.colour.faded(0.1F));
    }
}

/// Below the own state: what is said stands in the lower corner.
void Hud::draw_news(Canvas& canvas, const Roster& roster, float top) {
    constexpr float row = 18;
    if (roster.news().empty()) return;
    Vector place{margin, top};
    const auto count = static_cast<float>(roster.news().size());
    draw_panel(canvas, place, {margin + 212, top + row * count - 8});
    for (const Roster::News& news : roster.news()) {
        const float light = std::min(1.0F, news.left_s) * 0.8F;
        const Lettering first{.height = 10, .colour = news.colour.faded(light)};
        const Lettering second{.height = 10, .colour = news.more_colour.faded(light)};
        first.draw(canvas, place, news.text);
        second.draw(canvas, place + Vector{first.width_of(news.text) + 4, 0}, news.more);
        place.y += row;
    }
}

void Hud::draw_link(Canvas& canvas, const Game& game, const Camera& camera) {
    const engine_net::ClientStats stats = game.client().stats();
    const double ms = std::chrono::duration<double, std::milli>(stats.round_trip).count();
    const std::string text = "ping " + std::to_string(std::lround(ms)) + " ms";
    const Lettering letters{.height = 9, .colour = pale.faded(0.5F)};
    letters.draw_centred(canvas, {camera.width() / 2, margin}, text);
}

void Hud::draw_followed(Canvas& canvas, const Scene& scene, const Roster& roster) {
    const std::string text = "< watching " + roster.name_of(scene.followed()) + " >";
    draw_notice(canvas, scene.camera(), text, 0.11F);
}

/// `height` is a share of the picture, where it hides nothing.
void Hud::draw_notice(Canvas& canvas, const Camera& camera, const std::string& text, float height) {
    const Vector middle{camera.width() / 2, camera.height() * height};
    const Lettering letters{.height = 18, .colour = white.faded(0.9F)};
    const float half = letters.width_of(text) / 2 + 60;
    canvas.halo(
        middle + Vector{-half, 9}, middle + Vector{half, 9}, 46, Colour{0.2F, 0.4F, 0.8F, 0.3F});
    letters.draw_centred(canvas, middle, text);
}
