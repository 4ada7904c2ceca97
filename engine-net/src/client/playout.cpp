#include "client/playout.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace engine_net {

namespace {

using namespace std::chrono_literals;

/// Lateness is judged by this much of the past, and by so many arrivals at most.
constexpr Duration window = 4s;
constexpr std::size_t max_samples = 512;
/// One in a hundred may come too late.
constexpr std::size_t too_late_one_in = 100;
/// For what a frame more or less makes of a lag.
constexpr Duration margin = 3ms;
/// Before much is known, the link is taken for one with this jitter.
constexpr Duration first_depth = 10ms;
/// The lag grows at once and falls by this much in a second.
constexpr Duration fall_per_second = 25ms;
/// Silence longer than this is no jitter, but a stall.
constexpr Duration shortest_stall = 300ms;
constexpr int stall_intervals = 4;
/// What waited for a client that was asleep comes in one go or in several: as long as it brings
/// more than the time passed and this, it is old.
constexpr Duration largest_drop = 100ms;
/// An error of the position is made up for in about half a second, unless that takes more haste.
constexpr double speed_per_second = 2;
constexpr double most_haste = 0.1;
/// No longer is one speed held, should frames be far apart.
constexpr Duration longest_haste = 250ms;
/// Farther behind than this nobody waits for.
constexpr Duration largest_slew = 300ms;

double seconds_of(Duration duration) {
    return static_cast<double>(duration.count()) / 1e6;
}

} // namespace

void Playout::note_arrival(Tick tick, Time now) {
    if (!first_tick_) {
        first_tick_ = tick;
        first_arrival_ = last_arrival_ = now;
        newest_ = Duration(0);
        return;
    }
    // Of those that come together only the first one was waited for.
    if (now > last_arrival_) end_wait(now);
    newest_ = std::max(newest_, duration_of(tick - *first_tick_));
    last_arrival_ = now;
}

/// The first snapshots for a while are here.
void Playout::end_wait(Time now) {
    const Duration gap = now - last_arrival_;
    const bool is_stall = gap > std::max(shortest_stall, stall_intervals * interval_);
    if (is_stall && lag_) {
        // No lag would have bridged that, and what the link is like now must be seen.
        begin_again();
        interval_ = std::min(2 * interval_, gap);
        is_draining_ = true;
        wait_ = Duration(0);
    } else {
        interval_ = interval_ == Duration(0) ? gap : interval_ + (gap - interval_) / 8;
        is_draining_ = is_draining_ && newest_ - newest_before_ > wait_ + largest_drop;
        wait_ = gap;
        if (!is_draining_) take_sample(now - first_arrival_ - newest_, now);
    }
    newest_before_ = newest_;
}

void Playout::take_sample(Duration lag, Time now) {
    if (samples_.empty()) {
        // The first one on this link: as deep a buffer as before.
        const Duration depth = lag_ ? *lag_ - least_lag_ : first_depth;
        least_lag_ = lag;
        lag_ = lag + std::clamp(depth, config_.min_delay, config_.max_delay);
    }
    std::erase_if(samples_, [now](const Sample& sample) {
        return now - sample.at > window;
    });
    if (samples_.size() == max_samples) samples_.erase(samples_.begin());
    samples_.push_back({now, lag});
    wanted_ = wanted_lag();
    lag_ = std::clamp(*lag_, wanted_, std::max(wanted_, least_lag_ + config_.max_delay));
}

Duration Playout::wanted_lag() {
    sorted_.clear();
    for (const Sample& sample : samples_) sorted_.push_back(sample.lag);
    // With few samples it is the latest of all.
    const std::size_t rank = sorted_.size() - 1 - sorted_.size() / too_late_one_in;
    const auto late = sorted_.begin() + static_cast<std::ptrdiff_t>(rank);
    std::nth_element(sorted_.begin(), late, sorted_.end());
    const Duration wanted = *late + margin;
    least_lag_ = *std::min_element(sorted_.begin(), late + 1);
    return std::clamp(wanted, least_lag_ + config_.min_delay, least_lag_ + config_.max_delay);
}

void Playout::advance(Time now) {
    const Duration passed = shown_ ? std::max(now - advanced_, Duration(0)) : Duration(0);
    if (lag_) {
        fall(passed);
        // What is past the newest version for good can't be waited for.
        const Duration target = std::min(target_position(now), newest_ + config_.max_extrapolation);
        const Duration position = shown_ ? position_at(now) : target;
        const bool is_left_behind = !is_draining_ && target - position > largest_slew;
        counts_.jumps += is_left_behind ? 1 : 0;
        shown_ = is_left_behind ? target : position;
        speed_ = 1 + std::clamp(
                         speed_per_second * seconds_of(target - *shown_), -most_haste, most_haste);
        ++counts_.shown;
        if (*shown_ > newest_) {
            ++counts_.starved;
            counts_.extrapolated += std::min(passed, *shown_ - newest_);
        }
    }
    advanced_ = now;
}

void Playout::fall(Duration passed) {
    const Duration most = std::min(passed, longest_haste) * fall_per_second.count() / 1'000'000;
    lag_ = std::max(wanted_, *lag_ - most);
}

void Playout::begin_again() {
    samples_.clear();
    if (lag_) wanted_ = *lag_;
}

void Playout::clear() {
    const std::uint32_t ticks_per_second = ticks_per_second_;
    const PlayoutCounts counts = counts_;
    *this = Playout(config_);
    ticks_per_second_ = ticks_per_second;
    counts_ = counts;
}

std::optional<TickTime> Playout::shown_at(Time now) const {
    if (!shown_) return std::nullopt;
    return moment_of(position_at(now));
}

std::optional<TickTime> Playout::target_at(Time now) const {
    if (!lag_) return std::nullopt;
    return moment_of(target_position(now));
}

Duration Playout::position_at(Time now) const {
    const Duration passed = std::max(now - advanced_, Duration(0));
    const Duration hurried = std::min(passed, longest_haste);
    const Duration haste(std::llround(static_cast<double>(hurried.count()) * (speed_ - 1)));
    return std::max(*shown_,
                    std::min(*shown_ + passed + haste, newest_ + config_.max_extrapolation));
}

Duration Playout::target_position(Time now) const {
    return now - first_arrival_ - *lag_;
}

Duration Playout::duration_of(std::int32_t ticks) const {
    return Duration(std::int64_t{ticks} * 1'000'000 / ticks_per_second_);
}

TickTime Playout::moment_of(Duration position) const {
    const double ticks = seconds_of(position) * ticks_per_second_;
    const double whole = std::floor(ticks);
    // A server may tell of any ticks: they wrap.
    const auto since_first = static_cast<std::uint32_t>(static_cast<std::int64_t>(whole));
    return {Tick{first_tick_->value + since_first}, ticks - whole};
}

} // namespace engine_net
