#pragma once

#include "lobby-watch/model/watched_server.hpp"

#include <engine_net/admin.hpp>

#include <cstdint>

namespace watch {

/// The room that one looks at: who is in it, what is said, and what can be done.
class RoomTab {
public:
    void draw(WatchedServer& server);
    /// Whoever is chosen.
    void kick(WatchedServer& server);

private:
    void draw_members(WatchedServer& server, float height);
    void draw_member_actions(WatchedServer& server, const engine_net::RoomSummary& room);
    [[nodiscard]] Target chosen_target(WatchedServer& server,
                                       const engine_net::RoomSummary& room) const;
    void draw_lines(const engine_net::AdminRoomView* view, float width);

    const WatchedServer* chosen_of_ = nullptr;
    engine_net::PresenceId chosen_{};
    engine_net::RoomId lines_of_{};
    std::uint64_t newest_line_ = 0;
};

} // namespace watch
