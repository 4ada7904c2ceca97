#pragma once

#include "core/bytes.hpp"
#include "replication/coded_section.hpp"
#include "replication/coverage.hpp"
#include "replication/history.hpp"
#include "replication/scoped_encoder.hpp"
#include "replication/section_list.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace engine_net {

/// What a viewer has of each of its `ReferenceTicks`, where there are gaps; null: all of it.
using ReferenceCoverages = std::array<std::optional<Coverage>, max_references>;

/// Codes a room's ticks once for all of its viewers: what everyone sees. What is for one viewer
/// alone is appended by that viewer. One per room; `history` outlives it.
class SnapshotEncoder {
public:
    /// Without a codec every snapshot is a whole state. `codec` may be shared by the rooms of a
    /// kind that run on one thread, and outlives them.
    explicit SnapshotEncoder(const History& history, SnapshotCodec* codec = nullptr);

    /// The shared sections of a tick, one for each datagram, at least one. Coded at the first call
    /// for a tick and kept until the first call for another. None when the history has no such
    /// tick.
    std::span<const SharedSection> shared_sections(Tick tick);
    /// The same for viewers that have the `references`, or `coverages` of them, coded against them.
    /// Viewers that have the same share the work. None when it can't be: then a whole state is to
    /// be sent.
    std::span<const SharedSection> coded_sections(Tick tick,
                                                  const ReferenceTicks& references,
                                                  const ReferenceCoverages& coverages = {});
    [[nodiscard]] std::int32_t ticks_per_second() const {
        return codec_ ? static_cast<std::int32_t>(codec_->ticks_per_second()) : 1;
    }
    [[nodiscard]] bool has_codec() const { return codec_ != nullptr; }
    /// Codings that were done for a viewer, and those that were found done.
    [[nodiscard]] std::uint64_t coded() const {
        return coded_count_ + (scoped_ ? scoped_->coded() : 0);
    }
    [[nodiscard]] std::uint64_t shared() const {
        return shared_count_ + (scoped_ ? scoped_->shared() : 0);
    }
    /// For viewers that are not told everything; null without a codec.
    [[nodiscard]] ScopedEncoder* scoped() { return scoped_ ? &*scoped_ : nullptr; }
    /// The hash of what everyone sees at `tick`; see `state_hash.hpp`. Kept like the sections.
    std::optional<std::uint64_t> shared_hash(Tick tick);

    /// What `coded_sections` of a tick codes against; nothing when the history lacks one of them.
    /// `coverages` must outlive it.
    [[nodiscard]] std::optional<References> references_of(const ReferenceTicks& ticks,
                                                          const ReferenceCoverages& coverages,
                                                          Tick tick) const;

    /// What a viewer's datagrams are put together in, one viewer after the other, so that it is in
    /// the cache.
    struct Workbench {
        /// What a datagram holds after its header.
        struct Body {
            Bytes shared;
            Bytes own;
            unsigned bits = 0; ///< of `section_bits`
        };
        std::vector<Body> bodies; ///< of the tick at hand
        std::vector<std::uint8_t> datagram;
        std::vector<std::uint8_t> private_bytes;
        std::vector<std::size_t> private_ends; ///< of each private section in `private_bytes`
    };
    Workbench& workbench() { return workbench_; }

    [[nodiscard]] const History& history() const { return history_; }
    /// Null: every snapshot is a whole state.
    [[nodiscard]] SnapshotCodec* codec() const { return codec_; }

private:
    struct Coding {
        ReferenceTicks references;
        ReferenceCoverages coverages;
        SectionList sections;
    };
    bool code(const Frame& frame, Coding& coding);
    void encode(const Frame& frame);

    const History& history_;
    SnapshotCodec* codec_;
    std::optional<ScopedEncoder> scoped_;
    Tick codings_tick_;
    std::vector<Coding> codings_; ///< of `codings_tick_`: the first `codings_used_`
    std::size_t codings_used_ = 0;
    Workbench workbench_;
    std::uint64_t coded_count_ = 0;
    std::uint64_t shared_count_ = 0;
    Tick sections_tick_;
    bool has_sections_ = false;
    SectionList sections_;
    std::vector<Slot> cuts_; ///< where each section begins
    Tick hash_tick_;
    std::optional<std::uint64_t> hash_;
};

} // namespace engine_net
