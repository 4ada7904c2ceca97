#pragma once

#include "model/game.hpp"
#include "scene.hpp"

#include <cstdint>
#include <string>

/// What stands on the glass: scores, the own ship's state, the map, news and notices.
class Hud {
public:
    static void draw(Canvas& canvas, const Scene& scene, const Game& game);
    /// Of a match that one watches: without what belongs to a player, or a link. `taken` is how
    /// much of the picture's lower edge others stand on, in pixels.
    static void draw_watched(Canvas& canvas, const Scene& scene, const Roster& roster, float taken);

private:
    static void
    draw_scores(Canvas& canvas, const Scene& scene, const Roster& roster, std::uint32_t self);
    static void draw_own(Canvas& canvas, const Scene& scene, const Game& game);
    static void draw_map(Canvas& canvas, const Scene& scene, float taken);
    static void draw_news(Canvas& canvas, const Roster& roster, float top);
    static void draw_link(Canvas& canvas, const Game& game, const Camera& camera);
    static void draw_followed(Canvas& canvas, const Scene& scene, const Roster& roster);
    static void
    draw_notice(Canvas& canvas, const Camera& camera, const std::string& text, float height);
};
