#pragma once

#include "lobby-watch/screens/shortcut.hpp"

#include <engine_net/replay.hpp>

namespace watch {

/// What a recording is played by: a button, its time as a bar to click and drag on, with a mark
/// where someone came, left or spoke, and how fast it goes.
class Timeline {
public:
    void draw(engine_net::Replay& replay);
    /// False: it is no key for this.
    static bool press(Shortcut shortcut, engine_net::Replay& replay);

private:
    void draw_time(engine_net::Replay& replay, float width);

    float dragged_to_ = -1; ///< a share of the bar; below 0: none
};

} // namespace watch
