#include "model/net_history.hpp"

#include <algorithm>
#include <chrono>

using engine_net::ClientStats;
using engine_net::Duration;

namespace {

/// A new link counts from 0 again.
float grown(std::uint64_t before, std::uint64_t now) {
    return static_cast<float>(now >= before ? now - before : now);
}

float ms(Duration duration) {
    return std::chrono::duration<float, std::milli>(duration).count();
}

} // namespace

void NetHistory::sample(engine_net::Time now,
                        const ClientStats& stats,
                        engine_net::Tick server_tick) {
    if (!begun_) {
        begun_ = now;
        before_ = stats;
        return;
    }
    worst_age_ = std::max(worst_age_, server_tick - stats.newest_tick);
    const auto steps = static_cast<std::size_t>((now - *begun_) / step);
    if (steps == 0) return;

    // A frame that took longer than a step is spread over those that it took.
    const Step values = summed_up(stats, now - *begun_);
    for (std::size_t i = 0; i < std::min(steps, length); ++i) {
        steps_[next_] = values;
        next_ = (next_ + 1) % length;
    }
    *begun_ += step * static_cast<Duration::rep>(steps);
    before_ = stats;
    worst_age_ = 0;
}

NetHistory::Step NetHistory::summed_up(const ClientStats& stats, Duration taken) const {
    const float seconds = std::chrono::duration<float>(taken).count();
    const auto set = [](Step& to, Row row, float value) {
        to[static_cast<std::size_t>(row)] = value;
    };
    const float snapshots = grown(before_.snapshot_datagrams, stats.snapshot_datagrams);
    const float snapshot_bytes = grown(before_.snapshot_bytes, stats.snapshot_bytes);
    const engine_net::LinkStats& link = stats.link;
    const engine_net::LinkStats& old = before_.link;
    Step values{};
    set(values, Row::round_trip_ms, ms(stats.round_trip));
    set(values, Row::jitter_ms, ms(stats.jitter));
    set(values, Row::datagrams_in, grown(old.datagrams_in, link.datagrams_in) / seconds);
    set(values, Row::datagrams_out, grown(old.datagrams_out, link.datagrams_out) / seconds);
    set(values, Row::bytes_in, grown(old.bytes_in, link.bytes_in) / seconds);
    set(values, Row::bytes_out, grown(old.bytes_out, link.bytes_out) / seconds);
    set(values, Row::snapshot_bytes, snapshots > 0 ? snapshot_bytes / snapshots : 0);
    set(values, Row::snapshot_age, static_cast<float>(worst_age_));
    return values;
}

NetHistory::Values NetHistory::values(Row row) const {
    Values values{};
    for (std::size_t i = 0; i < length; ++i) {
        values[i] = steps_[(next_ + i) % length][static_cast<std::size_t>(row)];
    }
    return values;
}

float NetHistory::newest(Row row) const {
    return steps_[(next_ + length - 1) % length][static_cast<std::size_t>(row)];
}

float NetHistory::most(Row row) const {
    return std::ranges::max(values(row));
}
