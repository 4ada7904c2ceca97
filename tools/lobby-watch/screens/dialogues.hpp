#pragma once

#include "lobby-watch/model/saved_table.hpp"
#include "lobby-watch/model/watched_server.hpp"

#include <string>

namespace watch {

/// The question before an action, while there is one.
void draw_action_dialogue(WatchedServer& server);
/// The dials of a link, while it is open.
void draw_link_dialogue(WatchedServer& server);
/// The keys. `is_open` is set to false when it is closed.
void draw_help(bool& is_open);

/// Asks where to save a table.
class SaveDialogue {
public:
    void open(SavedTable table, const std::string& file);
    [[nodiscard]] bool is_open() const { return is_open_; }
    /// What became of it goes to the server's notices.
    void draw(WatchedServer& server);

private:
    void save(WatchedServer& server);

    bool is_open_ = false;
    SavedTable table_;
    std::string file_;
};

} // namespace watch
