#pragma once

#include <engine_net/admin.hpp>
#include <engine_net/clock.hpp>
#include <engine_net/tick.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

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
    void note_tick(Tick tick, const RoomTimes& times) {
        const auto us = std::clamp<std::int64_t>(times.sum().count(), 0, UINT32_MAX);
        ticks_[count_++ % ticks_.size()] = {tick,
                                            static_cast<std::uint32_t>(us),
                                            static_cast<std::uint32_t>(bytes_in - noted_in_),
                                            static_cast<std::uint32_t>(bytes_out - noted_out_)};
        noted_in_ = bytes_in;
        noted_out_ = bytes_out;
    }
    /// So many hundredths of the last ticks took less, in microseconds.
    [[nodiscard]] std::uint32_t tick_us(std::size_t percent) const {
        const std::size_t filled = std::min(count_, ticks_.size());
        if (filled == 0) return 0;
        std::array<std::uint32_t, kept> sorted{};
        const auto end = sorted.begin() + static_cast<std::ptrdiff_t>(filled);
        std::transform(ticks_.begin(),
                       ticks_.begin() + static_cast<std::ptrdiff_t>(filled),
                       sorted.begin(),
                       [](const RoomTickRecord& tick) {
                           return tick.us;
                       });
        const auto place = sorted.begin() + static_cast<std::ptrdiff_t>(filled * percent / 100);
        std::nth_element(sorted.begin(), place, end);
        return *place;
    }
    /// Of the last ticks those after `after`, the oldest first.
    [[nodiscard]] std::vector<RoomTickRecord> ticks_after(Tick after) const {
        std::vector<RoomTickRecord> ticks;
        for (std::size_t i = count_ - std::min(count_, kept); i < count_; ++i) {
            if (ticks_[i % kept].tick > after) ticks.push_back(ticks_[i % kept]);
        }
        return ticks;
    }

    std::uint64_t bytes_in = 0;  ///< inputs and events
    std::uint64_t bytes_out = 0; ///< snapshots

private:
    static constexpr std::size_t kept = 128;
    std::array<RoomTickRecord, kept> ticks_{};
    std::size_t count_ = 0;
    std::uint64_t noted_in_ = 0;
    std::uint64_t noted_out_ = 0;
};

} // namespace engine_net
