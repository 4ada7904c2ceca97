#pragma once

#include "model/lobby_list.hpp"
#include "screens/chat_panel.hpp"

#include <optional>
#include <string>

/// The rooms of a server, live: to look for one, enter it, or open a new one.
class LobbyBrowser {
public:
    /// Once a frame, while it is shown. True: the player wants back to the menu.
    bool draw(Game& game);

private:
    void draw_rooms(Game& game);
    void draw_table(Game& game, float height);
    void draw_row(Game& game, const engine_net::RoomSummary& room);
    void draw_buttons(Game& game);
    void draw_side(Game& game);
    void draw_new_room(Game& game);
    void draw_password(Game& game);
    void enter(Game& game, const Entrance& entrance);

    LobbyFilter filter_;
    engine_net::RoomId selected_;
    std::string code_;
    Entrance created_{.create = "my match"};
    int capacity_ = 8;
    ChatPanel chat_;
    std::optional<Entrance> locked_; ///< that a password is asked for
    bool asks_now_ = false;          ///< the question is to be opened
};
