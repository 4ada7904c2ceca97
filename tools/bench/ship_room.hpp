#pragma once

#include <engine_net/room.hpp>

#include "arena_generated.h"

#include <cstdint>
#include <vector>

namespace bench {

inline constexpr std::uint32_t ships_per_room = 10;
inline constexpr std::uint32_t ship_tick_rate = 128;

/// Each player's ship turns, burns fuel and flies as its inputs say: the arena's ships without the
/// arena, so that nearly all of a tick is engine-net's.
class ShipRoom final : public engine_net::RoomOf<arena::Input, arena::Event> {
public:
    void on_join(engine_net::Presence& who) override;
    void on_leave(engine_net::Presence& who, engine_net::LeaveReason) override;
    void on_input(engine_net::Presence& who, const arena::Input& input) override;
    void on_tick(engine_net::Tick) override;
    void describe(engine_net::SnapshotBuilder& snapshot) const override;

private:
    struct ShipBody {
        engine_net::PresenceId who;
        std::uint8_t buttons = 0;
        float x = 0;
        float y = 0;
        float speed_x = 0;
        float speed_y = 0;
        float heading = 0;
        float fuel = 255;
    };

    std::vector<ShipBody> ships_;
};

} // namespace bench
