#pragma once

#include <engine_net/room.hpp>

#include "game_generated.h"

#include <algorithm>
#include <cstdint>
#include <map>

/// Everyone walks where they like.
class Field final : public engine_net::RoomOf<game::Input> {
    static constexpr float speed = 5; // metres a second

    void on_join(engine_net::Presence& who) override { walkers_[who.id()]; }
    void on_leave(engine_net::Presence& who, engine_net::LeaveReason) override {
        walkers_.erase(who.id());
    }
    void on_input(engine_net::Presence& who, const game::Input& input) override {
        game::Walker& walker = walkers_[who.id()];
        const float step = speed * static_cast<float>(tick_seconds());
        walker = {moved(walker.x(), input.dx(), step), moved(walker.y(), input.dy(), step)};
    }
    void on_tick(engine_net::Tick) override {}
    void describe(engine_net::SnapshotBuilder& snapshot) const override {
        for (const auto& [who, walker] : walkers_)
            snapshot.add(engine_net::EntityId{who.value}, walker, who);
    }

    static float moved(float from, std::int8_t wish, float step) {
        return std::clamp<float>(from + step * std::clamp<float>(wish, -1, 1), -50, 50);
    }

    std::map<engine_net::PresenceId, game::Walker> walkers_;
};
