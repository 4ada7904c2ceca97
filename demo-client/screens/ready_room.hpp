#pragma once

#include "screens/chat_panel.hpp"

#include <engine_net/tick.hpp>

#include <cstdint>

/// A room before its match and between two: who is here, who is ready, and what they say.
class ReadyRoom {
public:
    /// Once a frame, while it is shown. `now` is the server's tick.
    void draw(Game& game, engine_net::Tick now);

private:
    static void draw_people(Game& game, float height);
    static void draw_member(Game& game, const engine_net::RoomMember& member);
    static void draw_points(const Roster& roster, std::uint32_t player);
    static void draw_verbs(Game& game, const engine_net::RoomMember& member);
    static void draw_host_menu(Game& game);
    static void draw_invite(const Game& game);
    static void draw_buttons(Game& game);

    ChatPanel chat_;
};
