#pragma once

#include <engine_net/admin.hpp>
#include <engine_net/replay.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace watch {

/// What is known of one server, as `engine_net::AdminClient` says it; a test has one of its own.
class LobbySource {
public:
    LobbySource() = default;
    virtual ~LobbySource() = default;
    LobbySource(const LobbySource&) = delete;
    LobbySource& operator=(const LobbySource&) = delete;

    virtual void poll(engine_net::Time now) = 0;
    virtual void leave() = 0;

    [[nodiscard]] virtual engine_net::AdminState state() const = 0;
    [[nodiscard]] virtual std::string problem() const = 0;
    [[nodiscard]] virtual engine_net::AdminRights rights() const = 0;
    [[nodiscard]] virtual std::uint32_t tick_rate() const = 0;
    [[nodiscard]] virtual const engine_net::ServerStats& stats() const = 0;
    [[nodiscard]] virtual const engine_net::AdminLinks& links() const = 0;
    [[nodiscard]] virtual const std::vector<engine_net::TickRecord>& ticks() const = 0;
    [[nodiscard]] virtual const std::map<engine_net::RoomId, engine_net::AdminRoom>&
    rooms() const = 0;
    [[nodiscard]] virtual bool has_all_rooms() const = 0;
    virtual void look_at(engine_net::RoomId room) = 0;
    [[nodiscard]] virtual const engine_net::AdminRoomView* room_view() const = 0;
    virtual void inspect(bool is_wanted, engine_net::PresenceId viewer) = 0;
    [[nodiscard]] virtual const engine_net::AdminEntities* entities() const = 0;
    [[nodiscard]] virtual const engine_net::AdminEntities* seen() const = 0;
    virtual void watch_bytes(bool is_wanted, engine_net::PresenceId viewer) = 0;
    [[nodiscard]] virtual const engine_net::AdminBytes* bytes() const = 0;
    [[nodiscard]] virtual const std::vector<engine_net::MessageTraffic>& messages() const = 0;
    virtual void act(const engine_net::AdminAction& action,
                     std::function<void(const std::string& problem)> done) = 0;
    /// What plays it, if it is a recording; null: it runs.
    [[nodiscard]] virtual engine_net::Replay* replay() { return nullptr; }
};

} // namespace watch
