#pragma once

#include "replication/ack_window.hpp"

#include <engine_net/limits.hpp>
#include <engine_net/tick.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace engine_net {

/// What a datagram costs besides its message: IP and UDP, the secure layer, and ENet's headers with
/// one unsequenced command.
inline constexpr std::size_t datagram_overhead_bytes = 28 + secure_layer_bytes + 12;

/// How many bytes one viewer may be sent: a token bucket that is filled at the pace its link bears,
/// and never faster than configured. All headers count.
///
/// The pace follows loss once a second (over 10 % slower, below 2 % faster: the rule of S.
/// Holmer et al., "A Google Congestion Control Algorithm for Real-Time Communication", 2016) and
/// the time to an ack, of which what goes beyond the shortest seen is taken for a queue: then the
/// pace goes down to 85 % of what arrived. A viewer that acks nothing for a second has its pace
/// halved each second. It never falls below a sixteenth of what is configured or 2 kB/s.
class Budget {
public:
    Budget(std::uint32_t bytes_per_second, std::int32_t ticks_per_second);

    /// To be called before each tick that may be sent. `newest_acked` is the youngest tick of which
    /// anything was acked; `delivery(after, up_to)` counts the datagrams of these ticks.
    template <class DeliveryOf>
    void advance(Tick now, std::optional<Tick> newest_acked, DeliveryOf&& delivery) {
        fill(now);
        note_lag(now, newest_acked);
        if (now - second_began_ < ticks_per_second_) return;
        const Tick up_to = now - ticks_per_second_ / 4 - lag_;
        adapt(now, delivery(judged_up_to_, up_to));
        judged_up_to_ = std::max(judged_up_to_, up_to);
    }
    /// Bytes of messages that may be sent now, in as many datagrams as they take; 0: none.
    [[nodiscard]] std::size_t room() const;
    /// A message was sent.
    void spend(std::size_t bytes);

    /// At present, all headers included.
    [[nodiscard]] double bytes_per_second() const { return pace_; }
    /// How much longer the last ack took than the shortest time seen, in ticks.
    [[nodiscard]] int queued_ticks() const { return std::max(0, lag_ - shortest_lag()); }

private:
    void fill(Tick now);
    void note_lag(Tick now, std::optional<Tick> newest_acked);
    void adapt(Tick now, const AckWindow::Count& delivery);
    [[nodiscard]] double burst() const;
    [[nodiscard]] int shortest_lag() const { return std::min(shortest_now_, shortest_before_); }

    double most_;
    double least_;
    std::int32_t ticks_per_second_;
    double pace_;
    double tokens_;
    double spent_ = 0; ///< in this second
    std::optional<Tick> filled_;
    Tick second_began_;
    Tick judged_up_to_;
    std::optional<Tick> newest_acked_;
    bool has_acked_ = false; ///< anything in this second
    bool was_ever_acked_ = false;
    int lag_ = 0;          ///< ticks from sending to the ack, the last one
    int shortest_now_ = 0; ///< since some seconds; and of some seconds before
    int shortest_before_ = 0;
    int seconds_of_shortest_ = 0;
};

} // namespace engine_net
