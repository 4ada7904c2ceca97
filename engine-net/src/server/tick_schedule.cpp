#include "server/tick_schedule.hpp"

#include <algorithm>

namespace engine_net {

namespace {

constexpr std::uint64_t microseconds_per_second = 1'000'000;

} // namespace

TickSchedule::TickSchedule(std::uint32_t ticks_per_second, std::uint32_t max_catch_up_ticks)
    : ticks_per_second_(ticks_per_second), max_catch_up_ticks_(std::max(max_catch_up_ticks, 1u)) {}

Time TickSchedule::deadline_of(std::uint64_t slot) const {
    const std::uint64_t seconds = slot / ticks_per_second_;
    const std::uint64_t rest = slot % ticks_per_second_;
    const std::uint64_t since_start =
        seconds * microseconds_per_second + rest * microseconds_per_second / ticks_per_second_;
    return start_ + Duration(static_cast<std::int64_t>(since_start));
}

Time TickSchedule::deadline_after(std::int32_t ticks) const {
    const auto period_us = static_cast<std::int64_t>(microseconds_per_second / ticks_per_second_);
    if (ticks < 0) return newest_deadline() + Duration(ticks * period_us);
    return deadline_of((next_slot_ == 0 ? 0 : next_slot_ - 1) + static_cast<std::uint64_t>(ticks));
}

TickSchedule::Due TickSchedule::take(Time now) {
    Due due;
    if (now < next_deadline()) return due;
    const auto elapsed_us = static_cast<std::uint64_t>((now - start_).count());
    // The last slot whose deadline has passed; rounding can put it one off.
    std::uint64_t last =
        elapsed_us / microseconds_per_second * ticks_per_second_ +
        elapsed_us % microseconds_per_second * ticks_per_second_ / microseconds_per_second;
    while (deadline_of(last + 1) <= now) ++last;
    while (deadline_of(last) > now) --last;

    const std::uint64_t waiting = last + 1 - next_slot_;
    const std::uint64_t run = std::min(waiting, max_catch_up_ticks_);
    due.ticks = static_cast<std::uint32_t>(run);
    due.dropped = waiting - run;
    due.is_late = now > deadline_of(next_slot_ + 1);
    next_slot_ = last + 1;
    return due;
}

} // namespace engine_net
