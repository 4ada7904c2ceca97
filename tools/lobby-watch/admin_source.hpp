#pragma once

#include "lobby-watch/model/lobby_source.hpp"

#include <engine_net/admin.hpp>
#include <engine_net/clock.hpp>

#include <memory>
#include <string>

/// What a real server tells. Its key may be in a file that comes, or changes, only later.
class AdminSource final : public watch::LobbySource {
public:
    /// With a `key_file` the configuration's key is what is in it.
    AdminSource(engine_net::AdminClientConfig config, std::string key_file);

    void poll(engine_net::Time now) override;
    void leave() override;

    [[nodiscard]] engine_net::AdminState state() const override;
    [[nodiscard]] std::string problem() const override;
    [[nodiscard]] engine_net::AdminRights rights() const override { return client_->rights(); }
    [[nodiscard]] std::uint32_t tick_rate() const override { return client_->tick_rate(); }
    [[nodiscard]] const engine_net::ServerStats& stats() const override { return client_->stats(); }
    [[nodiscard]] const engine_net::AdminLinks& links() const override { return client_->links(); }
    [[nodiscard]] const std::vector<engine_net::TickRecord>& ticks() const override {
        return client_->ticks();
    }
    [[nodiscard]] const std::map<engine_net::RoomId, engine_net::AdminRoom>&
    rooms() const override {
        return client_->rooms();
    }
    [[nodiscard]] bool has_all_rooms() const override { return client_->has_all_rooms(); }
    void look_at(engine_net::RoomId room) override;
    [[nodiscard]] const engine_net::AdminRoomView* room_view() const override {
        return client_->room_view();
    }
    void inspect(bool is_wanted, engine_net::PresenceId viewer) override;
    [[nodiscard]] const engine_net::AdminEntities* entities() const override {
        return client_->entities();
    }
    [[nodiscard]] const engine_net::AdminEntities* seen() const override { return client_->seen(); }
    void watch_bytes(bool is_wanted, engine_net::PresenceId viewer) override;
    [[nodiscard]] const engine_net::AdminBytes* bytes() const override { return client_->bytes(); }
    [[nodiscard]] const std::vector<engine_net::MessageTraffic>& messages() const override {
        return client_->messages();
    }
    void act(const engine_net::AdminAction& action,
             std::function<void(const std::string& problem)> done) override {
        client_->act(action, std::move(done));
    }

private:
    bool read_key();
    void try_again(engine_net::Time now);

    engine_net::AdminClientConfig config_;
    std::string key_file_;
    std::string key_problem_; ///< "": there is a key
    engine_net::Time next_read_{};
    engine_net::RoomId room_{};
    bool is_inspecting_ = false;
    bool is_watching_bytes_ = false;
    engine_net::PresenceId viewer_{};
    std::unique_ptr<engine_net::AdminClient> client_;
};
