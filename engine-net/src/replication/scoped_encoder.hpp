#pragma once

#include "replication/codec/shared_bases.hpp"
#include "replication/history.hpp"
#include "replication/scoped_section.hpp"
#include "replication/section_list.hpp"
#include "replication/slot_set.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

namespace engine_net {

/// Shared by those who have equal ones: see `ScopedEncoder::share`.
using SharedSlots = std::shared_ptr<const SlotSet>;

/// What a viewer is to be told of a tick, and what it has.
struct ScopedTask {
    SharedSlots sight;          ///< what is there for it, of what it sees
    SharedSlots told;           ///< of that, what it is told
    bool is_everything = false; ///< which is all there is
    ScopedTicks references;
    bool lists_references = false;
    std::size_t lag_class = 0;
    SharedSlots sight_before; ///< what it saw of the youngest reference; null: all
    std::array<SharedSlots, max_scoped_references>
        told_before; ///< what it was told of each; null: all

    friend bool operator==(const ScopedTask&, const ScopedTask&) = default;
};

/// Codes for viewers what each is told of a tick, once for all that are told the same and have the
/// same. One per room; `history` and `codec` outlive it.
class ScopedEncoder {
public:
    ScopedEncoder(const History& history, SnapshotCodec& codec)
        : history_(history), codec_(codec) {}

    /// The same set for all who give equal ones while `tick` is the last one given.
    SharedSlots share(Tick tick, SlotSet set);
    /// All entities of a tick.
    SharedSlots everything(Tick tick);
    /// The sections for a task, one for each datagram, at least one; good until the first call for
    /// another tick. None when it can't be against the task's references, or is too much.
    std::span<const SharedSection> sections(Tick tick, const ScopedTask& task);

    /// What the sections for a task are coded against.
    [[nodiscard]] ScopedReferences references_of(const ScopedTask& task, Tick tick) const;

    /// Codings that were done for a viewer, and those that were found done.
    [[nodiscard]] std::uint64_t coded() const { return coded_count_; }
    [[nodiscard]] std::uint64_t shared() const { return shared_count_; }

private:
    struct Coding {
        ScopedTask task;
        SectionList sections;
    };
    void turn_to(Tick tick);
    bool code(const Frame& frame, Coding& coding);

    const History& history_;
    SnapshotCodec& codec_;
    Tick tick_;
    std::unordered_multimap<std::uint64_t, SharedSlots> shared_sets_; ///< of `tick_`, by hash
    SharedSlots everything_;                                          ///< of `tick_`
    SharedBases bases_;                                               ///< of `tick_`
    std::vector<Coding> codings_; ///< of `tick_`: the first `codings_used_`
    std::size_t codings_used_ = 0;
    std::uint64_t coded_count_ = 0;
    std::uint64_t shared_count_ = 0;
};

} // namespace engine_net
