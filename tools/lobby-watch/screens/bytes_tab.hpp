#pragma once

#include "lobby-watch/model/watched_server.hpp"

#include <imgui.h>

namespace watch {

/// Where the bytes go: those of a room's snapshots by type and field, the server's by message.
class BytesTab {
public:
    void draw(WatchedServer& server);

private:
    static void draw_room(WatchedServer& server, float height);
    static void draw_server(WatchedServer& server, float height);
};

} // namespace watch
