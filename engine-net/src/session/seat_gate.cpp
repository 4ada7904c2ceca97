#include "session/seat_gate.hpp"

#include <utility>

namespace engine_net {

std::string_view message(SeatVerdict verdict) {
    switch (verdict) {
    case SeatVerdict::good: return "the seat is good";
    case SeatVerdict::invalid: return "the seat was not made by a server of this cluster";
    case SeatVerdict::expired: return "the seat has expired, or a clock is wrong";
    case SeatVerdict::other_node: return "the seat is at another server";
    case SeatVerdict::used: return "the seat was taken already";
    case SeatVerdict::too_many: return "too many seats were taken: try again later";
    }
    return "unknown";
}

SeatGate::SeatGate(ClusterKeys keys, std::uint16_t node, Config config)
    : keys_(std::move(keys))
    , node_(node)
    , unix_time_(std::move(config.unix_time))
    , used_(config.clock_tolerance, config.max_remembered) {}

SeatGate::Shown SeatGate::look(Bytes token) {
    Shown shown;
    auto seat = open_seat(keys_, token);
    if (!seat) return shown;
    const UnixTime now = unix_time_();
    used_.forget_expired(now);
    shown.seat = std::move(*seat);
    const auto began = used_.find(shown.seat.number);
    shown.began = began.value_or(SessionId{});
    if (shown.seat.grant.node != node_) {
        shown.verdict = SeatVerdict::other_node;
    } else if (used_.is_over(shown.seat.grant.expires_at, now)) {
        shown.verdict = SeatVerdict::expired;
    } else if (began) {
        shown.verdict = SeatVerdict::used;
    } else {
        shown.verdict = used_.is_full() ? SeatVerdict::too_many : SeatVerdict::good;
    }
    return shown;
}

void SeatGate::use(const Shown& shown, SessionId session) {
    used_.use(shown.seat.number, shown.seat.grant.expires_at, session);
}

} // namespace engine_net
