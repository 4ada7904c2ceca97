#pragma once

#include "model/game.hpp"
#include "scene.hpp"

/// What stands on the glass: scores, the own ship's state, the map, news and notices.
class Hud {
public:
    void draw(Canvas& canvas, const Scene& scene, const Game& game) const;

private:
    static void draw_scores(Canvas& canvas, const Scene& scene, const Game& game);
    static void draw_own(Canvas& canvas, const Scene& scene, const Game& game);
    static void draw_map(Canvas& canvas, const Scene& scene);
    static void draw_news(Canvas& canvas, const Roster& roster, float top);
    static void draw_link(Canvas& canvas, const Game& game, const Camera& camera);
    static void draw_notice(Canvas& canvas, const Scene& scene, const Game& game);
};
