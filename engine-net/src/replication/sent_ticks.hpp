#pragma once

#include "replication/ack_window.hpp"
#include "replication/history.hpp"
#include "replication/scoped_encoder.hpp"
#include "replication/section_list.hpp"
#include "replication/snapshot_encoder.hpp"

#include <engine_net/limits.hpp>
#include <engine_net/tick.hpp>

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace engine_net {

/// What one viewer was sent of the newest ticks, and what of that it has: the ticks that its
/// snapshots can be coded against.
class SentTicks {
public:
    explicit SentTicks(const History& history);

    /// What a tick's sections told.
    struct Told {
        bool is_scoped = false; ///< if not, of all there is
        bool tells_all = true;  ///< all that the viewer sees was told
        SharedSlots sight;      ///< if it is scoped: what is said to be there,
        SharedSlots told;       ///< and of that, what was told
    };
    /// Takes the next sequences for the `parts` datagrams of a tick, the first ones of which have
    /// `sections`; gives the first sequence.
    std::uint16_t
    send(Tick tick, std::size_t parts, std::span<const SharedSection> sections, Told told);
    /// See `Viewer::on_ack`. Calls `completed(Tick, const Told&)` for each tick that it makes
    /// whole.
    template <class Completed>
    void on_ack(std::uint16_t newest, std::uint32_t bits, Completed&& completed);

    [[nodiscard]] const AckWindow& window() const { return window_; }
    /// Its sets are null once they are older than can be coded against.
    [[nodiscard]] const Told& told(Tick tick) const { return at(tick).told; }
    /// The newest tick that arrived and told of this slot; nothing: of none that is kept, or what
    /// is there is out of sight by now.
    [[nodiscard]] std::optional<Tick> known(Slot slot) const;
    /// The youngest tick that anything arrived of told less than all there is.
    [[nodiscard]] bool is_newest_scoped() const;

    /// The ticks to code against what everyone sees, and what of those that it lacks parts of it
    /// has.
    [[nodiscard]] ReferenceTicks references(Tick tick, ReferenceCoverages& coverages) const;
    /// The ticks to code against what this viewer sees: whole ones.
    [[nodiscard]] ReferenceTicks whole_references(Tick tick) const;
    /// Makes `ticks` those of the task, with what was seen and told at each. All are whole.
    void add_references(const ScopedTicks& ticks, ScopedTask& task) const;

private:
    /// One line of the cache, since many viewers' are looked at in a tick.
    struct alignas(64) Sent {
        Tick tick;
        bool has_ends = false; ///< there were several sections
        Told told;
    };
    [[nodiscard]] bool is_scoped(Tick tick) const;
    /// Where each section ended, and the next one began.
    [[nodiscard]] std::span<const Slot> ends_of(const Sent& sent) const;
    [[nodiscard]] const Sent& at(Tick tick) const { return sent_[tick.value % sent_.size()]; }
    [[nodiscard]] Sent& at(Tick tick) { return sent_[tick.value % sent_.size()]; }
    [[nodiscard]] Coverage coverage_of(Tick tick) const;
    [[nodiscard]] bool has_arrived(Slot slot, const Sent& sent) const;

    const History& history_;
    AckWindow window_;
    Slot end_;                              ///< of all there may be
    std::vector<Sent> sent_;                ///< by tick
    std::vector<std::vector<Slot>> ends_;   ///< by tick, of those with several sections
    std::bitset<history_ticks> are_scoped_; ///< by tick: those that told less than all there is
    std::optional<Tick> newest_;
};

template <class Completed>
void SentTicks::on_ack(std::uint16_t newest, std::uint32_t bits, Completed&& completed) {
    window_.on_ack(newest, bits);
    for (const Tick tick : window_.completed()) {
        if (at(tick).tick == tick) completed(tick, at(tick).told);
    }
}

} // namespace engine_net
