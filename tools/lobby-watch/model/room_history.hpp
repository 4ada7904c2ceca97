#pragma once

#include <engine_net/admin.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace watch {

/// Some ticks of a room, of which the slowest counts.
struct RoomTickColumn {
    engine_net::Tick newest{};
    std::size_t ticks = 0;
    double slowest_us = 0;
    double bytes_in_per_s = 0;
    double bytes_out_per_s = 0;
};

/// The last minute of the room that one looks at.
class RoomHistory {
public:
    /// Null: of none.
    void note(const engine_net::AdminRoomView* view, std::uint32_t tick_rate);
    void pause(bool is_paused) { is_paused_ = is_paused; }

    /// At most so many for the whole minute, which move on by whole columns.
    [[nodiscard]] std::vector<RoomTickColumn> columns(std::size_t most) const;

private:
    std::vector<engine_net::RoomTickRecord> ticks_; ///< the oldest first
    std::uint32_t tick_rate_ = 0;
    bool is_paused_ = false;
};

} // namespace watch
