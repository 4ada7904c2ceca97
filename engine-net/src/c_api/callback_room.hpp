#pragma once

#include "c_api/room_rules.hpp"

#include <engine_net/room.hpp>

#include <cstddef>
#include <cstdint>
#include <engine_net.h>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace engine_net::c_api {

struct RoomEntity {
    const EntityType* type = nullptr;
    PresenceId owner{};
    std::vector<std::uint8_t> state{};
};

engine_net_presence presence_of(const Presence& who);

} // namespace engine_net::c_api

/// A room whose game is callbacks, and which keeps the game's entities for it.
struct engine_net_room final : engine_net::Room { // NOLINT(readability-identifier-naming)
    explicit engine_net_room(std::shared_ptr<const engine_net::c_api::RoomRules> rules);
    ~engine_net_room() override;
    engine_net_room(const engine_net_room&) = delete;
    engine_net_room& operator=(const engine_net_room&) = delete;

    void on_create() override;
    engine_net::Admission on_join_request(const engine_net::JoinRequest& request) override;
    void on_join(engine_net::Presence& who) override;
    void on_leave(engine_net::Presence& who, engine_net::LeaveReason reason) override;
    void on_suspend(engine_net::Presence& who) override;
    void on_resume(engine_net::Presence& who) override;
    void on_drain(std::uint32_t ticks) override;
    void on_tick(engine_net::Tick tick) override;
    void describe(engine_net::SnapshotBuilder& snapshot) const override;
    [[nodiscard]] const char* input_type() const override;
    bool on_input_bytes(engine_net::Presence& who, std::span<const std::uint8_t> input) override;
    bool on_event_bytes(engine_net::Presence& who, engine_net::EventBytes event) override;

    using Room::broadcast_event;
    using Room::close;
    using Room::kick;
    using Room::presences;
    using Room::seed;
    using Room::send_event;
    using Room::set_locked;
    using Room::set_state;
    using Room::tick;
    using Room::tick_seconds;

    [[nodiscard]] const engine_net::c_api::RoomRules& rules() const { return *rules_; }
    /// Nothing but `user` and `number` is there any more.
    [[nodiscard]] bool has_ended() const { return has_ended_; }
    [[nodiscard]] const engine_net::Presence* find_presence(std::uint32_t id) const;
    /// Unset: there are as many as there may be.
    [[nodiscard]] std::optional<std::uint32_t> spawn(engine_net::c_api::RoomEntity entity);
    [[nodiscard]] const engine_net::c_api::RoomEntity* find_entity(std::uint32_t id) const;
    /// There is such an entity.
    void write(std::uint32_t id, engine_net::Bytes state);
    void set_owner(std::uint32_t id, engine_net::PresenceId owner);
    [[nodiscard]] bool despawn(std::uint32_t id) { return entities_.erase(id) > 0; }

    void* user = nullptr;
    std::uint32_t number = 0; ///< its id

private:
    std::shared_ptr<const engine_net::c_api::RoomRules> rules_;
    std::map<std::uint32_t, engine_net::c_api::RoomEntity> entities_;
    std::uint32_t newest_entity_ = 0;
    bool has_ended_ = false;
};
