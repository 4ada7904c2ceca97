#pragma once

#include "lobby-watch/model/watched_server.hpp"

#include <string>

namespace watch {

/// What is in the room that one looks at: a table by the schema's own words, and a map.
class EntitiesTab {
public:
    void draw(WatchedServer& server);

private:
    void draw_choice(EntityTable& entities);

    std::string filter_;
};

} // namespace watch
