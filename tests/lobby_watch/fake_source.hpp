#pragma once

#include "lobby-watch/model/lobby_source.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// A server that says what a test puts into it, and keeps what it was asked to do.
class FakeSource final : public watch::LobbySource {
public:
    engine_net::AdminState current = engine_net::AdminState::watching;
    engine_net::AdminRights key_rights = engine_net::AdminRights::full;
    std::string obstacle;
    std::string refusal; ///< of actions; "": they succeed
    std::uint32_t rate = 60;
    engine_net::ServerStats server_stats{};
    engine_net::AdminLinks worsened{};
    std::vector<engine_net::TickRecord> records{};
    std::map<engine_net::RoomId, engine_net::AdminRoom> all_rooms{};
    std::optional<engine_net::AdminRoomView> view{};
    std::optional<engine_net::AdminEntities> in_room{};
    std::optional<engine_net::AdminEntities> as_seen{};
    bool is_inspected = false;
    engine_net::PresenceId viewer_inspected{};
    bool is_watching_bytes = false;
    engine_net::PresenceId viewer_watched{};
    std::optional<engine_net::AdminBytes> room_bytes{};
    std::vector<engine_net::MessageTraffic> server_messages{};
    engine_net::RoomId looked_at{};
    std::vector<engine_net::AdminAction> actions{};

    void add_room(std::uint32_t id, const std::string& kind, const std::string& name);
    /// Who looks at that room then sees it.
    engine_net::AdminMember& add_member(std::uint32_t id, const std::string& name);
    /// So many ticks more, of which each stage takes so long.
    void run(std::uint32_t ticks, std::uint32_t stage_us);

    void poll(engine_net::Time /*now*/) override {}
    void leave() override { current = engine_net::AdminState::closed; }
    [[nodiscard]] engine_net::AdminState state() const override { return current; }
    [[nodiscard]] std::string problem() const override { return obstacle; }
    [[nodiscard]] engine_net::AdminRights rights() const override { return key_rights; }
    [[nodiscard]] std::uint32_t tick_rate() const override { return rate; }
    [[nodiscard]] const engine_net::ServerStats& stats() const override { return server_stats; }
    [[nodiscard]] const engine_net::AdminLinks& links() const override { return worsened; }
    [[nodiscard]] const std::vector<engine_net::TickRecord>& ticks() const override {
        return records;
    }
    [[nodiscard]] const std::map<engine_net::RoomId, engine_net::AdminRoom>&
    rooms() const override {
        return all_rooms;
    }
    [[nodiscard]] bool has_all_rooms() const override { return true; }
    void look_at(engine_net::RoomId room) override { looked_at = room; }
    [[nodiscard]] const engine_net::AdminRoomView* room_view() const override {
        return view && view->id == looked_at ? &*view : nullptr;
    }
    void inspect(bool is_wanted, engine_net::PresenceId viewer) override {
        is_inspected = is_wanted;
        viewer_inspected = viewer;
    }
    [[nodiscard]] const engine_net::AdminEntities* entities() const override {
        return is_inspected && in_room ? &*in_room : nullptr;
    }
    [[nodiscard]] const engine_net::AdminEntities* seen() const override {
        return is_inspected && viewer_inspected.is_set() && as_seen ? &*as_seen : nullptr;
    }
    void watch_bytes(bool is_wanted, engine_net::PresenceId viewer) override {
        is_watching_bytes = is_wanted;
        viewer_watched = viewer;
    }
    [[nodiscard]] const engine_net::AdminBytes* bytes() const override {
        return is_watching_bytes && room_bytes ? &*room_bytes : nullptr;
    }
    [[nodiscard]] const std::vector<engine_net::MessageTraffic>& messages() const override {
        return server_messages;
    }
    void act(const engine_net::AdminAction& action,
             std::function<void(const std::string& problem)> done) override;
};
