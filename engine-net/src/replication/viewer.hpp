#pragma once

#include "core/bytes.hpp"
#include "replication/budget.hpp"
#include "replication/selection.hpp"
#include "replication/sent_ticks.hpp"
#include "replication/sight.hpp"
#include "replication/snapshot_encoder.hpp"
#include "replication/snapshot_meter.hpp"

#include <engine_net/ids.hpp>
#include <engine_net/tick.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace engine_net {

/// What a client's state must be at a tick, for it to compare.
struct StateCheck {
    Tick tick;
    std::uint64_t hash = 0;

    friend bool operator==(const StateCheck&, const StateCheck&) = default;
};

/// Called for each datagram in its order; the bytes are good for the call.
using DatagramSink = std::function<void(Bytes)>;

/// The server's side of one viewer of a room: what it was sent and what of that it has. `encoder`
/// outlives it. A presence that resumes with a new client gets a new viewer.
class Viewer {
public:
    /// `presence` may be unset, for who owns nothing. `bytes_per_second` is what it may be sent at
    /// most, all headers included; 0: no bound, and nothing is left out.
    Viewer(SnapshotEncoder& encoder, PresenceId presence, std::uint32_t bytes_per_second = 0);

    /// Sends what `sight` has of the tick, or as much of it as the budget has room for, as
    /// datagrams of at most `max_message_bytes` that each stand alone. Ticks must go up from call
    /// to call; some may be left out. Nothing when the history has no such tick. `meter`, if any,
    /// measures what is sent.
    void
    encode(Tick tick, const Sight& sight, const DatagramSink& sink, SnapshotMeter* meter = nullptr);
    void encode(Tick tick, const DatagramSink& sink) { encode(tick, {}, sink); }
    /// The client has the datagram `newest` and, where bit i of `bits` is set, `newest - 1 - i`. An
    /// ack that names a datagram never sent changes nothing and is counted.
    void on_ack(std::uint16_t newest, std::uint32_t bits);

    /// The newest tick of which every datagram was acked, with the hash of what this viewer sees of
    /// it. Each tick at most once, and never an older one after a newer.
    std::optional<StateCheck> take_state_check();

    [[nodiscard]] PresenceId presence() const { return presence_; }
    /// See `SentTicks::known`; of the ticks of `history`.
    [[nodiscard]] std::optional<Tick> known(Slot slot) const { return sent_.known(slot); }
    [[nodiscard]] const History& history() const { return encoder_.history(); }
    [[nodiscard]] std::uint64_t datagrams() const { return datagrams_; }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    /// Ticks of which it was told less than it sees.
    [[nodiscard]] std::uint64_t limited_ticks() const { return limited_ticks_; }
    /// Ticks of which it was told nothing, since what it sees is more than `max_parts` datagrams.
    [[nodiscard]] std::uint64_t oversize_ticks() const { return oversize_ticks_; }
    /// The newest tick of which anything was acked.
    [[nodiscard]] std::optional<Tick> newest_acked() const { return sent_.window().newest_acked(); }
    /// The share of datagrams that were not acked, of the last second for which acks came.
    [[nodiscard]] double loss() const;
    [[nodiscard]] std::uint64_t forged_acks() const { return sent_.window().forged(); }

private:
    bool encode_everything(Tick tick, const DatagramSink& sink);
    void encode_scoped(Tick tick, const Sight& sight, const DatagramSink& sink);
    bool encode_all_in_sight(Tick tick, const SharedSlots& sight, const DatagramSink& sink);
    void encode_selection(Tick tick, const Sight& sight, const DatagramSink& sink);
    std::span<const SharedSection> scoped_sections(Tick tick, ScopedTask& task);
    void send_scoped(Tick tick,
                     const ScopedTask& task,
                     std::span<const SharedSection> shared,
                     const DatagramSink& sink);
    void send(Tick tick,
              std::span<const SharedSection> shared,
              SentTicks::Told told,
              const DatagramSink& sink);
    /// The sections' bit of `section_bits`, and the tick that they are coded against.
    struct Form {
        unsigned bit = 0;
        std::optional<Tick> baseline;
    };
    void assemble(Tick tick, std::span<const SharedSection> shared, Form form);
    /// What was just sent.
    void measure(SnapshotSources sources, const std::optional<Tick>& baseline);
    [[nodiscard]] bool is_over_budget(std::span<const SharedSection> sections) const;
    [[nodiscard]] bool may_start_anew(Tick tick, bool is_whole) const;
    bool tell_own_changes(Tick tick, Tick baseline, std::size_t room_bytes);
    void tell_own(Tick tick, std::size_t room_bytes);

    using Body = SnapshotEncoder::Workbench::Body;

    SnapshotEncoder& encoder_;
    SnapshotEncoder::Workbench& work_; ///< shared by all viewers of the encoder
    SnapshotMeter* meter_ = nullptr;   ///< for the tick at hand
    PresenceId presence_;
    std::optional<Budget> budget_; ///< none: no bound
    SentTicks sent_;
    Selection selection_;
    std::optional<Tick> encoded_;
    std::optional<Tick> begun_; ///< when it was last sent what needs no reference
    std::optional<Tick> checked_;
    std::uint64_t datagrams_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t limited_ticks_ = 0;
    std::uint64_t oversize_ticks_ = 0;
    bool is_limited_ = false; ///< the last tick was
};

} // namespace engine_net
