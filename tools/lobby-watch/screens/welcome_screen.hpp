#pragma once

#include "lobby-watch/model/watched_server.hpp"

#include <string>

namespace watch {

/// What to do, as long as a server can't be watched.
/// `key_file` is where the key was looked for; "" if it was given.
void draw_welcome(const WatchedServer& server, const std::string& key_file);

} // namespace watch
