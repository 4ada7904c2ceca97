#include "lobby-watch/model/room_history.hpp"

#include <algorithm>

namespace watch {

using engine_net::RoomTickRecord;

namespace {

constexpr std::size_t range_seconds = 60;

} // namespace

void RoomHistory::note(const engine_net::AdminRoomView* view, std::uint32_t tick_rate) {
    if (is_paused_) return;
    tick_rate_ = std::max(tick_rate, 1U);
    if (!view) {
        ticks_.clear();
    } else {
        ticks_ = view->ticks;
    }
}

std::vector<RoomTickColumn> RoomHistory::columns(std::size_t most) const {
    std::vector<RoomTickColumn> columns;
    if (ticks_.empty() || most == 0) return columns;
    const auto per_column =
        static_cast<std::uint32_t>((range_seconds * tick_rate_ + most - 1) / most);
    columns.reserve(most + 1);
    std::uint32_t last = 0;
    for (const RoomTickRecord& tick : ticks_) {
        const std::uint32_t number = tick.tick.value / per_column;
        if (columns.empty() || number != last) columns.emplace_back();
        last = number;
        RoomTickColumn& column = columns.back();
        column.newest = tick.tick;
        ++column.ticks;
        column.slowest_us = std::max(column.slowest_us, static_cast<double>(tick.us));
        column.bytes_in_per_s += tick.bytes_in;
        column.bytes_out_per_s += tick.bytes_out;
    }
    for (RoomTickColumn& column : columns) {
        const double per_second =
            static_cast<double>(tick_rate_) / static_cast<double>(column.ticks);
        column.bytes_in_per_s *= per_second;
        column.bytes_out_per_s *= per_second;
    }
    if (columns.size() > most)
        columns.erase(columns.begin(), columns.end() - static_cast<std::ptrdiff_t>(most));
    return columns;
}

} // namespace watch
