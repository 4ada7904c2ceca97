#pragma once

#include "core/bytes.hpp"
#include "replication/codec/code_book.hpp"
#include "replication/codec/code_model.hpp"
#include "replication/codec/priors.hpp"
#include "replication/codec/references.hpp"
#include "replication/codec/scope.hpp"
#include "replication/codec/scoped_references.hpp"
#include "replication/codec/shared_bases.hpp"
#include "replication/codec/size_meter.hpp"
#include "replication/frame.hpp"
#include "replication/slot_set.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace engine_net {

enum class DecodeOutcome : std::uint8_t {
    ok,
    damaged,         ///< no encoder wrote that
    unknown_version, ///< it was coded against something that is not here
};

/// Codes entities against older versions of them. Without priors it learns within each datagram, so
/// it must not be used by two threads at a time.
class SnapshotCodec {
public:
    SnapshotCodec(std::span<const EntityType> types,
                  std::uint32_t ticks_per_second,
                  Priors priors = {});

    /// A run of slots in the order of types and indices.
    struct Run {
        Slot from;
        Slot to;
        bool knows_counts =
            false; ///< the baseline knows all slots from `from` to the last type's end
    };

    /// Codes the shared columns of as many slots of `run` as fit in `out`, in their order; gives
    /// the slot after the last one, and the bytes used. Not even one fits only if its change is
    /// worth more than `out`: then `to` is `from`, and it fits without references.
    struct Coded {
        Slot to;
        std::size_t bytes = 0;
    };
    Coded encode_shared(const References& references,
                        const Frame& frame,
                        const Run& run,
                        std::span<std::uint8_t> out);
    /// Writes the run into `frame`, whose slots of the run are all told by it then; unless it is
    /// `ok`, what is in the run is of no use. Never out of the schema's ranges, and never more than
    /// `max_slots` slots. `meter`, if any, counts whose the bits are.
    DecodeOutcome decode_shared(const References& references,
                                Bytes body,
                                const Run& run,
                                Frame& frame,
                                SizeMeter* meter = nullptr);

    /// Codes what one viewer is told of as many slots of `run` as fit in `out`; otherwise as
    /// `encode_shared`. `scope.told` has all entities of `scope.sight` whose slots had other ones
    /// in the youngest reference. `bases` are of this tick alone.
    Coded encode_scoped(const ScopedReferences& references,
                        const Frame& frame,
                        const Scope& scope,
                        SharedBases& bases,
                        const Run& run,
                        std::span<std::uint8_t> out);
    /// As `decode_shared`. `frame` gets what is there; the rows in it are good for the slots that
    /// are added to `told`.
    DecodeOutcome decode_scoped(const ScopedReferences& references,
                                Bytes body,
                                const Run& run,
                                bool tells_all,
                                Frame& frame,
                                SlotSet& told,
                                SizeMeter* meter = nullptr);

    [[nodiscard]] std::uint32_t ticks_per_second() const { return ticks_per_second_; }
    [[nodiscard]] const CodeBook& book() const { return book_; }

private:
    template <class Use>
    auto with_model(int lag, Use&& use);
    template <class EncodePart>
    Coded encode(
        int lag, const Run& run, Slot first, std::span<std::uint8_t> out, EncodePart&& encode_part);

    std::uint32_t ticks_per_second_;
    CodeBook book_;
    Priors priors_;
    std::unique_ptr<Prior> even_;
    std::unique_ptr<AdaptiveModel> adaptive_; ///< where there is no trained one
};

} // namespace engine_net
