#pragma once

#include "core/bytes.hpp"
#include "replication/ack_window.hpp"
#include "replication/snapshot_encoder.hpp"

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
    /// `presence` may be unset, for who owns nothing.
    Viewer(SnapshotEncoder& encoder, PresenceId presence);

    /// Sends the tick as datagrams of at most `max_message_bytes` that each stand alone. Ticks must
    /// go up from call to call; some may be left out. Nothing when the history has no such tick.
    void encode(Tick tick, const DatagramSink& sink);
    /// The client has the datagram `newest` and, where bit i of `bits` is set, `newest - 1 - i`. An
    /// ack that names a datagram never sent changes nothing and is counted.
    void on_ack(std::uint16_t newest, std::uint32_t bits);

    /// The newest tick of which every datagram was acked, with the hash of what this viewer sees of
    /// it. Each tick at most once, and never an older one after a newer.
    std::optional<StateCheck> take_state_check();

    [[nodiscard]] PresenceId presence() const { return presence_; }
    [[nodiscard]] std::uint64_t datagrams() const { return datagrams_; }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    [[nodiscard]] std::uint64_t forged_acks() const { return window_.forged(); }

private:
    /// Which slots each shared section of a tick told of: from where the one before ended.
    struct SentRuns {
        Tick tick;
        std::vector<Slot> ends;
    };
    /// What a datagram holds after its header.
    struct Body {
        Bytes shared;
        Bytes own;
        unsigned bits = 0; ///< of `section_bits`
    };
    void assemble(std::span<const SharedSection> shared, bool is_coded, bool tells_changes);
    void remember(Tick tick, std::span<const SharedSection> sections);
    [[nodiscard]] Coverage coverage_of(Tick tick) const;
    [[nodiscard]] ReferenceTicks references_for(Tick tick, ReferenceCoverages& coverages) const;
    [[nodiscard]] bool may_send_whole(Tick tick) const;
    bool tell_own_changes(Tick tick, Tick baseline, std::size_t room_bytes);
    void tell_own(Tick tick, std::size_t room_bytes);

    SnapshotEncoder& encoder_;
    PresenceId presence_;
    AckWindow window_;
    std::vector<SentRuns> sent_; ///< by tick
    std::vector<Body> bodies_;   ///< of the tick at hand
    std::vector<std::uint8_t> datagram_;
    std::vector<std::uint8_t> private_bytes_;
    std::vector<std::size_t> private_ends_; ///< of each private section in `private_bytes_`
    std::optional<Tick> encoded_;
    std::optional<Tick> whole_sent_;
    std::optional<Tick> checked_;
    std::uint64_t datagrams_ = 0;
    std::uint64_t bytes_ = 0;
};

} // namespace engine_net
