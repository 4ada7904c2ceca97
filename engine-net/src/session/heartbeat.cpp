#include "session/heartbeat.hpp"

#include "core/sequence.hpp"

#include <algorithm>

namespace engine_net {

namespace {

std::uint64_t microseconds_of(Time time) {
    return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

} // namespace

wire::Heartbeat
HeartbeatExchange::next(Time now, std::uint32_t received, const TickReport& report) {
    const bool has_echo = their_sent_us_.has_value();
    const std::int64_t held = has_echo ? (now - their_arrival_).count() : 0;
    last_sent_ = now;
    return {wire::HotKind::heartbeat,
            std::uint8_t{has_echo},
            ++sequence_,
            received,
            microseconds_of(now),
            their_sent_us_.value_or(0),
            static_cast<std::uint32_t>(std::min<std::int64_t>(held, UINT32_MAX)),
            report.tick.value,
            static_cast<std::uint32_t>(report.tick_age.count()),
            static_cast<std::int32_t>(report.inputs.lead.count()),
            report.inputs.lead_tick.value,
            report.input_gap.first.value,
            report.input_gap.ticks,
            report.inputs.newest,
            report.inputs.received};
}

std::optional<ClockSample> HeartbeatExchange::take(const wire::Heartbeat& heartbeat, Time now) {
    if (their_sent_us_ && sequence_difference(heartbeat.sequence(), their_sequence_) <= 0)
        return std::nullopt;
    their_sequence_ = heartbeat.sequence();
    their_sent_us_ = heartbeat.sent_us();
    their_arrival_ = now;

    const std::uint64_t now_us = microseconds_of(now);
    const std::uint64_t echo = heartbeat.echo_us();
    // An echo of what we never sent, or sent long ago, is the other end's lie or a repetition.
    constexpr std::uint64_t oldest_us = 60'000'000;
    if (heartbeat.has_echo() == 0 || echo <= answered_us_ || echo > now_us ||
        now_us - echo > oldest_us)
        return std::nullopt;
    const auto elapsed = static_cast<std::int64_t>(now_us - echo);
    const std::int64_t round_trip = elapsed - heartbeat.held_us();
    if (round_trip < 0) return std::nullopt;
    answered_us_ = echo;

    ClockSample sample{Duration(round_trip), Duration(0)};
    // Their clock when ours was in the middle of the two ways.
    const auto theirs = static_cast<std::int64_t>(heartbeat.sent_us());
    sample.offset = Duration(theirs - static_cast<std::int64_t>(now_us) + round_trip / 2);
    const bool is_first = round_trip_ == Duration(0);
    const Duration difference =
        is_first ? sample.round_trip / 2 : std::chrono::abs(sample.round_trip - round_trip_);
    jitter_ = is_first ? difference : jitter_ + (difference - jitter_) / 4;
    round_trip_ =
        is_first ? sample.round_trip : round_trip_ + (sample.round_trip - round_trip_) / 8;
    return sample;
}

} // namespace engine_net
