#pragma once

#include "lobby-watch/model/lobby_source.hpp"

#include <engine_net/replay.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace watch {

/// A recording as if it were a server with one room, on which nobody can act.
class ReplaySource final : public LobbySource {
public:
    explicit ReplaySource(std::unique_ptr<engine_net::Replay> replay);

    void poll(engine_net::Time now) override;
    void leave() override { is_left_ = true; }

    [[nodiscard]] engine_net::AdminState state() const override;
    [[nodiscard]] std::string problem() const override { return replay_->problem(); }
    [[nodiscard]] engine_net::AdminRights rights() const override {
        return engine_net::AdminRights::read_only;
    }
    [[nodiscard]] std::uint32_t tick_rate() const override { return replay_->summary().tick_rate; }
    [[nodiscard]] const engine_net::ServerStats& stats() const override { return stats_; }
    [[nodiscard]] const engine_net::AdminLinks& links() const override { return links_; }
    /// How long they took is not recorded.
    [[nodiscard]] const std::vector<engine_net::TickRecord>& ticks() const override {
        return ticks_;
    }
    [[nodiscard]] const std::map<engine_net::RoomId, engine_net::AdminRoom>&
    rooms() const override {
        return rooms_;
    }
    [[nodiscard]] bool has_all_rooms() const override { return true; }
    void look_at(engine_net::RoomId /*room*/) override {}
    [[nodiscard]] const engine_net::AdminRoomView* room_view() const override { return &view_; }
    void inspect(bool is_wanted, engine_net::PresenceId /*viewer*/) override {
        is_inspected_ = is_wanted;
    }
    [[nodiscard]] const engine_net::AdminEntities* entities() const override {
        return is_inspected_ ? &replay_->entities() : nullptr;
    }
    /// Nor who saw what.
    [[nodiscard]] const engine_net::AdminEntities* seen() const override { return nullptr; }
    /// Nor what was sent.
    void watch_bytes(bool /*is_wanted*/, engine_net::PresenceId /*viewer*/) override {}
    [[nodiscard]] const engine_net::AdminBytes* bytes() const override { return nullptr; }
    [[nodiscard]] const std::vector<engine_net::MessageTraffic>& messages() const override {
        return messages_;
    }
    void act(const engine_net::AdminAction& action,
             std::function<void(const std::string& problem)> done) override;
    [[nodiscard]] engine_net::Replay* replay() override { return replay_.get(); }

    /// The only one.
    [[nodiscard]] engine_net::RoomId room() const { return view_.id; }

private:
    void take_people();
    void take_lines();

    std::unique_ptr<engine_net::Replay> replay_;
    engine_net::ServerStats stats_{};
    engine_net::AdminLinks links_{}; ///< of nobody
    std::vector<engine_net::TickRecord> ticks_;
    std::vector<engine_net::MessageTraffic> messages_;
    std::map<engine_net::RoomId, engine_net::AdminRoom> rooms_;
    engine_net::AdminRoomView view_{};
    bool is_inspected_ = false;
    bool is_left_ = false;
};

/// "joined", "left" or "", as `AdminLine::event` has it.
[[nodiscard]] std::string event_of(engine_net::ReplayNoteKind kind);

} // namespace watch
