#pragma once

#include "lobby-watch/model/watched_server.hpp"

#include <string>

namespace watch {

/// All rooms of a server.
class LobbiesTab {
public:
    /// The room that was opened, or one without a value.
    [[nodiscard]] engine_net::RoomId draw(WatchedServer& server);
    /// The next letters go into the filter.
    void find() { wants_filter_ = true; }

private:
    /// Whether Enter was pressed in it.
    bool draw_filter(WatchedServer& server);

    std::string filter_;
    bool wants_filter_ = false;
};

} // namespace watch
