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

void NetHistory::set(Step& values, Row row, float value) {
    values[static_cast<std::size_t>(row)] = value;
}

void NetHistory::sample(engine_net::Time now,
                        const ClientStats& stats,
                        engine_net::Tick server_tick) {
    const Seldom seldom{stats.prediction.corrections, stats.starved_frames};
    if (!begun_) {
        begun_ = now;
        before_ = stats;
        second_.fill(seldom);
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
        second_[next_of_second_] = seldom;
        next_of_second_ = (next_of_second_ + 1) % steps_per_second;
    }
    *begun_ += step * static_cast<Duration::rep>(steps);
    before_ = stats;
    worst_age_ = 0;
}

NetHistory::Step NetHistory::summed_up(const ClientStats& stats, Duration taken) const {
    Step values{};
    add_flow(values, stats, std::chrono::duration<float>(taken).count());
    add_feel(values, stats);
    add_server(values);
    return values;
}

void NetHistory::add_flow(Step& values, const ClientStats& stats, float seconds) const {
    const float snapshots = grown(before_.snapshot_datagrams, stats.snapshot_datagrams);
    const float snapshot_bytes = grown(before_.snapshot_bytes, stats.snapshot_bytes);
    const engine_net::LinkStats& link = stats.link;
    const engine_net::LinkStats& old = before_.link;
    set(values, Row::round_trip_ms, ms(stats.round_trip));
    set(values, Row::latency_ms, ms(stats.round_trip) / 2);
    set(values, Row::jitter_ms, ms(stats.jitter));
    set(values, Row::loss_in, static_cast<float>(stats.loss_in * 100));
    set(values, Row::loss_out, static_cast<float>(stats.loss_out * 100));
    set(values, Row::datagrams_in, grown(old.datagrams_in, link.datagrams_in) / seconds);
    set(values, Row::datagrams_out, grown(old.datagrams_out, link.datagrams_out) / seconds);
    set(values, Row::bytes_in, grown(old.bytes_in, link.bytes_in) / seconds);
    set(values, Row::bytes_out, grown(old.bytes_out, link.bytes_out) / seconds);
    set(values, Row::snapshot_bytes, snapshots > 0 ? snapshot_bytes / snapshots : 0);
    set(values, Row::snapshot_bytes_in, snapshot_bytes / seconds);
    set(values, Row::snapshot_age, static_cast<float>(worst_age_));
}

void NetHistory::add_feel(Step& values, const ClientStats& stats) const {
    const Seldom& second_ago = second_[next_of_second_];
    const std::uint64_t corrections = stats.prediction.corrections;
    const bool has_error = corrections != before_.prediction.corrections;
    set(values, Row::interpolation_delay_ms, ms(stats.interpolation_delay));
    set(values, Row::input_lead_ms, ms(stats.input_lead));
    set(values, Row::input_margin_ms, ms(stats.input_margin));
    set(values,
        Row::prediction_error,
        has_error ? static_cast<float>(stats.prediction.newest_error) : 0);
    set(values, Row::corrections, grown(second_ago.corrections, corrections));
    set(values, Row::starved_frames, grown(second_ago.starved_frames, stats.starved_frames));
}

void NetHistory::add_server(Step& values) const {
    set(values, Row::server_simulation_ms, server_.simulation_p50_ms);
    set(values, Row::server_simulation_p99_ms, server_.simulation_p99_ms);
    set(values, Row::server_network_ms, server_.network_p50_ms);
    set(values, Row::server_network_p99_ms, server_.network_p99_ms);
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
