#pragma once

#include <engine_net/clock.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace engine_net {

/// What a tick of a room took.
struct RoomTimes {
    Duration simulate{0};
    Duration snapshot{0};
    Duration encode{0};

    [[nodiscard]] Duration sum() const { return simulate + snapshot + encode; }
    RoomTimes& operator+=(const RoomTimes& other) {
        simulate += other.simulate;
        snapshot += other.snapshot;
        encode += other.encode;
        return *this;
    }
};

/// What a room costs.
class RoomMeter {
public:
    void note_tick(const RoomTimes& times) {
        const auto us = std::clamp<std::int64_t>(times.sum().count(), 0, UINT32_MAX);
        ticks_us_[count_++ % ticks_us_.size()] = static_cast<std::uint32_t>(us);
    }
    /// So many hundredths of the last ticks took less, in microseconds.
    [[nodiscard]] std::uint32_t tick_us(std::size_t percent) const {
        auto sorted = ticks_us_;
        const std::size_t filled = std::min(count_, sorted.size());
        if (filled == 0) return 0;
        const auto place = sorted.begin() + static_cast<std::ptrdiff_t>(filled * percent / 100);
        std::nth_element(
            sorted.begin(), place, sorted.begin() + static_cast<std::ptrdiff_t>(filled));
        return *place;
    }

    std::uint64_t bytes_in = 0;  ///< inputs and events
    std::uint64_t bytes_out = 0; ///< snapshots

private:
    std::array<std::uint32_t, 128> ticks_us_{};
    std::size_t count_ = 0;
};

} // namespace engine_net
