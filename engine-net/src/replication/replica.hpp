#pragma once

#include "core/bytes.hpp"
#include "replication/coded_section.hpp"
#include "replication/frame.hpp"
#include "replication/newest_state.hpp"
#include "replication/receive_window.hpp"
#include "replication/replicated_schema.hpp"
#include "replication/scoped_section.hpp"
#include "replication/sections.hpp"
#include "replication/slot_set.hpp"
#include "replication/type_cache.hpp"

#include <engine_net/ids.hpp>
#include <engine_net/tick.hpp>

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace engine_net {

enum class ReceiveOutcome : std::uint8_t {
    ok,
    stale,           ///< came twice, or is older than what is kept
    malformed,       ///< changed nothing; not acked
    unknown_version, ///< made against a version that is not here; not acked
};

/// Ticks for which `state_hash` has an answer.
inline constexpr std::size_t hashed_ticks = 64;

/// The client's copy of a room. `schema` outlives it. What datagrams say is checked against the
/// schema and the limits; memory follows the entities told of, never a number read off the wire.
class Replica {
public:
    /// Without a codec it takes whole states alone. `codec` outlives it.
    explicit Replica(const ReplicatedSchema& schema, SnapshotCodec* codec = nullptr);

    /// Takes one message of the snapshots channel, in any order, more than once.
    ReceiveOutcome receive(Bytes datagram);
    /// What to tell the server, in every datagram that goes there. It names the newest datagram and
    /// the 32 before it: where more come between two sendings, send between them too.
    [[nodiscard]] Acks acks() const { return window_.acks(); }

    /// Calls `visit` for each entity of the type in its newest version. Nothing for an unknown
    /// type. The state lives for the call; `receive` must not be called meanwhile.
    void each(const char* type, const std::function<void(EntityId, const void*)>& visit) const;
    /// Writes an entity's newest version to `state`. False when it is not there or of another type.
    bool find(const char* type, EntityId id, void* state) const;
    /// The newest tick that told all of an entity, what is private too, and its state then. Nothing
    /// if none of those kept did.
    std::optional<Tick> find_told(const char* type, EntityId id, void* state) const;
    [[nodiscard]] std::size_t entities() const { return newest_state_.entities(); }

    /// From now on counts what the fields of coded snapshots cost.
    void measure() {
        if (!meter_) meter_.emplace(schema_.types());
    }
    /// Nothing before `measure`.
    [[nodiscard]] const std::optional<SizeMeter>& meter() const { return meter_; }
    /// Datagrams that were taken so far.
    [[nodiscard]] std::uint64_t datagrams() const { return datagrams_; }
    /// The newest tick that anything arrived of.
    [[nodiscard]] std::optional<Tick> newest_tick() const { return newest_; }
    /// The newest one that arrived whole: exactly the server's state, as far as one may see it.
    [[nodiscard]] std::optional<Tick> newest_complete_tick() const { return newest_complete_; }
    /// The hash of a tick that arrived whole and is less than `hashed_ticks` older than the newest.
    [[nodiscard]] std::optional<std::uint64_t> state_hash(Tick tick) const;
    /// The entities of a tick as far as they arrived, or null when it is not there (any more).
    [[nodiscard]] const Frame* find_frame(Tick tick) const;
    /// The slots of such a tick whose rows are good; null: all that have an entity.
    [[nodiscard]] const SlotSet* told_rows(Tick tick) const;
    /// The slots of such a tick of which is known whether they have an entity; null: it is not
    /// there.
    [[nodiscard]] const Coverage* told(Tick tick) const;
    /// How many datagrams of a tick came; 0 when it is not there.
    [[nodiscard]] std::size_t parts_received(Tick tick) const;
    [[nodiscard]] bool is_whole(Tick tick) const { return find_complete(tick) != nullptr; }
    /// What `each` shows.
    [[nodiscard]] const NewestState& newest_state() const { return newest_state_; }

    /// Forgets everything, and takes only what is newer than `floor` from now on: datagrams of the
    /// room before may still be on their way.
    void clear(std::optional<Tick> floor = std::nullopt);
    /// The same room by another connection: nothing that came is a baseline any more, but it is
    /// shown until it is told anew.
    void begin_again();

private:
    struct Received {
        Frame frame;
        std::uint8_t parts = 0;
        std::uint8_t parts_received = 0;
        std::bitset<256> has_part;
        Coverage told;                 ///< what the parts received tell of
        std::optional<bool> is_scoped; ///< once a part has told of any slots
        SlotSet told_rows;             ///< if so, the slots whose rows are good
    };

    static void begin(Received& received, Tick tick, std::uint8_t parts);
    void note_told(Received& received) const;
    bool is_too_old(Tick tick) const;
    ReceiveOutcome decode(Tick tick, Bytes body);
    /// These two set `baseline_` to the youngest tick that the section was coded against.
    ReceiveOutcome decode_coded(Tick tick, Bytes section);
    ReceiveOutcome decode_scoped(Tick tick, Bytes section);
    bool decode_own(unsigned lengths, Bytes section);
    [[nodiscard]] std::optional<References> find_references(const ReferenceTicks& ticks,
                                                            Tick tick) const;
    [[nodiscard]] std::optional<ScopedReferences> find_references(const ScopedHeader& header,
                                                                  Tick tick) const;
    void tell_run(const SnapshotCodec::Run& run, const SlotSet* told = nullptr);
    [[nodiscard]] const Frame* find_complete(Tick tick) const;
    bool fits_slots() const;
    bool contradicts(const Received& received) const;
    void store(Frame& frame) const;
    void complete(const Frame& frame);
    Received& received(Tick tick) { return ring_[tick.value % ring_.size()]; }
    const Received& received(Tick tick) const { return ring_[tick.value % ring_.size()]; }

    const ReplicatedSchema& schema_;
    SnapshotCodec* codec_;
    Frame decoded_;     ///< what a coded section told; kept for its memory
    SlotSet told_rows_; ///< of it, if it is scoped
    const Frame* baseline_ = nullptr;
    mutable TypeCache types_;
    std::vector<Received> ring_;
    NewestState newest_state_;
    ReceiveWindow window_;
    Sections sections_; ///< of the datagram being received; kept for its memory
    std::optional<Tick> floor_;
    std::optional<Tick> newest_;
    std::optional<Tick> newest_complete_;
    std::uint64_t datagrams_ = 0;
    std::optional<SizeMeter> meter_;
};

} // namespace engine_net
