#include "client/clock_sync.hpp"

#include <algorithm>
#include <chrono>

namespace engine_net {

namespace {

using namespace std::chrono_literals;

/// Farther off than this is not drift but another server, or a machine that slept.
constexpr Duration largest_slew = 250ms;
constexpr int slew_divisor = 20;

} // namespace

void ClockSync::add(const ClockSample& sample) {
    samples_[count_++ % kept] = sample;
    const auto end = samples_.begin() + static_cast<std::ptrdiff_t>(std::min(count_, kept));
    const auto best =
        std::min_element(samples_.begin(), end, [](const ClockSample& a, const ClockSample& b) {
            return a.round_trip < b.round_trip;
        });
    target_ = best->offset;
    if (!offset_ || std::chrono::abs(target_ - *offset_) > largest_slew) offset_ = target_;
}

void ClockSync::set_tick(Tick tick, Time due) {
    if (tick_ && !is_tick_old_ && tick < *tick_) return;
    is_tick_old_ = false;
    tick_ = tick;
    tick_due_ = due;
}

void ClockSync::advance_to(Time now) {
    if (offset_ && advanced_) {
        const Duration most = (now - *advanced_) / slew_divisor;
        *offset_ += std::clamp(target_ - *offset_, -most, most);
    }
    advanced_ = now;
    reached_ = tick_time_at(server_time(now));
}

void ClockSync::begin_again() {
    count_ = 0;
    is_tick_old_ = true;
}

std::optional<TickTime> ClockSync::tick_time_at(Time server_time) const {
    const std::optional<TickTime> time = raw_tick_time_at(server_time);
    if (!time || !reached_) return time;
    const double back = *reached_ - *time;
    return back > 0 && back < ticks_per_second_ ? reached_ : time;
}

std::optional<TickTime> ClockSync::raw_tick_time_at(Time server_time) const {
    if (!offset_ || !tick_) return std::nullopt;
    const std::int64_t since_due = (server_time - tick_due_).count();
    const std::int64_t scaled = since_due * ticks_per_second_;
    constexpr std::int64_t second = 1'000'000;
    const std::int64_t ticks = scaled >= 0 ? scaled / second : -((-scaled + second - 1) / second);
    return TickTime{*tick_ + static_cast<std::int32_t>(ticks),
                    static_cast<double>(scaled - ticks * second) / second};
}

std::optional<Duration> ClockSync::age_of(Tick tick, Time server_time) const {
    if (!offset_ || !tick_) return std::nullopt;
    const std::int64_t ticks = tick - *tick_;
    return server_time - tick_due_ - Duration(ticks * 1'000'000 / ticks_per_second_);
}

} // namespace engine_net
