#pragma once

#include "lobby-watch/model/watched_server.hpp"

#include <engine_net/replay.hpp>

#include <cstddef>
#include <string>

namespace watch {

/// The room of a recording: who is in it at the moment that is shown, and what people did in all of
/// it. A click on a line goes there.
class RecordedRoomTab {
public:
    void draw(engine_net::Replay& replay);

private:
    void draw_notes(engine_net::Replay& replay);

    std::size_t passed_ = 0; ///< notes, when it was drawn last
};

/// "Ada: hello", "Ada joined".
[[nodiscard]] std::string line_of(const engine_net::ReplayNote& note);

} // namespace watch
