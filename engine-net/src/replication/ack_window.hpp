#pragma once

#include <engine_net/limits.hpp>
#include <engine_net/tick.hpp>

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace engine_net {

/// Datagrams of one tick for one viewer; part and parts are bytes on the wire.
inline constexpr std::size_t max_parts = 255;

/// Which datagrams of the newest `history_ticks` ticks sent to a viewer have arrived there.
class AckWindow {
public:
    AckWindow();

    /// Takes the next `parts` (1 to `max_parts`) sequences for a tick; gives the first of them.
    std::uint16_t send(Tick tick, std::size_t parts);
    /// See `Viewer::on_ack`.
    void on_ack(std::uint16_t newest, std::uint32_t bits);

    /// Ticks that the last `on_ack` completed.
    [[nodiscard]] std::span<const Tick> completed() const { return completed_; }
    /// Of the datagrams of ticks after one and up to another: how many were sent, and acked.
    struct Count {
        std::uint32_t sent = 0;
        std::uint32_t acked = 0;
    };
    [[nodiscard]] Count count(Tick after, Tick up_to) const;

    /// The newest tick any of whose datagrams were acked.
    [[nodiscard]] std::optional<Tick> newest_acked() const { return newest_acked_; }
    /// The newest tick all of whose datagrams were acked, so far as it is among those kept.
    [[nodiscard]] std::optional<Tick> newest_complete() const { return newest_complete_; }
    /// Every datagram of `tick` was acked, and it is among the newest `history_ticks`.
    [[nodiscard]] bool is_complete(Tick tick) const {
        return complete_[tick.value % complete_.size()] == tick;
    }
    [[nodiscard]] bool has_part(Tick tick, std::size_t part) const;
    /// Any of its datagrams was acked.
    [[nodiscard]] bool has_any(Tick tick) const;
    /// Acks that named a datagram never sent.
    [[nodiscard]] std::uint64_t forged() const { return forged_; }

private:
    /// Small: a server looks at many viewers' in a tick, and finds none of them in the cache.
    struct SentTick {
        Tick tick;
        std::uint16_t first_sequence = 0;
        std::uint8_t parts = 0; ///< 0: nothing sent yet
        std::uint8_t acked_parts = 0;
    };
    using Parts = std::bitset<max_parts + 1>;
    /// Bit i of `acked` is the sequence `newest - i`.
    struct TakenAck {
        std::uint16_t newest = 0;
        std::uint64_t acked = 0;
        std::uint64_t datagrams_sent = 0; ///< when it came
    };
    [[nodiscard]] std::optional<std::size_t> find(Tick tick) const;
    [[nodiscard]] bool is_acked(std::size_t place, std::size_t part) const {
        return ring_[place].parts == 1 ? ring_[place].acked_parts == 1 : acked_[place][part];
    }
    [[nodiscard]] bool was_sent(std::uint16_t sequence) const;
    [[nodiscard]] std::uint64_t known_of(std::uint16_t newest) const;
    [[nodiscard]] std::uint64_t ticks_back_to(std::uint16_t sequence, std::uint64_t most) const;
    void ack_parts(std::size_t place, int first_age, std::uint64_t acked);

    std::vector<SentTick> ring_; ///< by order of sending
    std::vector<Parts> acked_;   ///< by place in the ring, of ticks with several parts
    std::uint64_t ticks_sent_ = 0;
    std::uint64_t datagrams_sent_ = 0;
    std::uint16_t next_sequence_ = 0;
    TakenAck last_ack_;
    std::optional<Tick> newest_acked_;
    std::optional<Tick> newest_complete_;
    std::array<std::optional<Tick>, history_ticks> complete_{}; ///< by tick
    std::vector<Tick> completed_;
    std::uint64_t forged_ = 0;
};

} // namespace engine_net
