#include "replication/budget.hpp"

#include <cmath>

namespace engine_net {

namespace {

constexpr double least_pace = 2000;      ///< bytes a second
constexpr double least_share = 1.0 / 16; ///< of what is configured
constexpr double burst_seconds = 0.25;
/// Less than that is not worth a datagram.
constexpr double least_message_bytes = 48;
constexpr double much_loss = 0.1;
constexpr double little_loss = 0.02;
constexpr double gain = 1.08;
constexpr double drain = 0.85;
/// The shortest time to an ack is forgotten after five to ten seconds: the route may have changed.
constexpr int shortest_kept_seconds = 5;

} // namespace

Budget::Budget(std::uint32_t bytes_per_second, std::int32_t ticks_per_second)
    : most_(bytes_per_second)
    , least_(std::min(most_, std::max(least_pace, most_ * least_share)))
    , ticks_per_second_(ticks_per_second)
    , pace_(most_)
    , tokens_(burst()) {}

/// At least a whole datagram fits, however slow it fills.
double Budget::burst() const {
    return std::max(pace_ * burst_seconds, static_cast<double>(max_datagram_bytes + 28));
}

void Budget::fill(Tick now) {
    if (!filled_) {
        second_began_ = now;
        judged_up_to_ = now - 1;
    } else {
        tokens_ += pace_ * (now - *filled_) / ticks_per_second_;
    }
    filled_ = now;
    tokens_ = std::min(tokens_, burst());
}

void Budget::note_lag(Tick now, std::optional<Tick> newest_acked) {
    if (!newest_acked || newest_acked == newest_acked_) return;
    newest_acked_ = newest_acked;
    has_acked_ = true;
    lag_ = now - *newest_acked;
    if (!was_ever_acked_) shortest_now_ = shortest_before_ = lag_;
    was_ever_acked_ = true;
    shortest_now_ = std::min(shortest_now_, lag_);
}

void Budget::adapt(Tick now, const AckWindow::Count& delivery) {
    const double loss =
        delivery.sent == 0 ? 0 : 1 - static_cast<double>(delivery.acked) / delivery.sent;
    const bool is_used = spent_ >= pace_ / 2;
    const int queue = std::max(2, ticks_per_second_ / 10);
    if (was_ever_acked_ && !has_acked_ && spent_ > 0) {
        pace_ /= 2;
    } else if (queued_ticks() > queue) {
        pace_ = drain * std::min(pace_, spent_ * (1 - loss));
    } else if (loss > much_loss) {
        pace_ *= 1 - loss / 2;
    } else if (loss < little_loss && is_used) {
        pace_ *= gain;
    }
    pace_ = std::clamp(pace_, least_, most_);
    tokens_ = std::min(tokens_, burst());

    spent_ = 0;
    has_acked_ = false;
    second_began_ = now;
    if (++seconds_of_shortest_ < shortest_kept_seconds) return;
    seconds_of_shortest_ = 0;
    shortest_before_ = shortest_now_;
    shortest_now_ = lag_;
}

std::size_t Budget::room() const {
    const auto overhead = static_cast<double>(datagram_overhead_bytes);
    if (tokens_ < overhead + least_message_bytes) return 0;
    const double datagrams = 1 + std::floor(tokens_ / static_cast<double>(max_datagram_bytes + 28));
    return static_cast<std::size_t>(std::max(tokens_ - datagrams * overhead, least_message_bytes));
}

void Budget::spend(std::size_t bytes) {
    const auto all = static_cast<double>(bytes + datagram_overhead_bytes);
    tokens_ -= all;
    spent_ += all;
}

} // namespace engine_net
