#pragma once

#include "lobby-watch/model/watched_server.hpp"

namespace watch {

/// Who of the room one looks at; `none` is what it is called if it is no one.
void draw_viewer_choice(WatchedServer& server, const char* none);

} // namespace watch
