#pragma once

#include "core/bytes.hpp"
#include "replication/history.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace engine_net {

/// Codes a room's ticks once for all of its viewers: what everyone sees. What is for one viewer
/// alone is appended by that viewer. One per room; `history` outlives it.
class SnapshotEncoder {
public:
    explicit SnapshotEncoder(const History& history);

    /// The shared sections of a tick, one for each datagram, at least one. Coded at the first call
    /// for a tick and kept until the first call for another. None when the history has no such
    /// tick.
    std::span<const Bytes> shared_sections(Tick tick);
    /// The hash of what everyone sees at `tick`; see `state_hash.hpp`. Kept like the sections.
    std::optional<std::uint64_t> shared_hash(Tick tick);

    [[nodiscard]] const History& history() const { return history_; }

private:
    void encode(const Frame& frame);

    const History& history_;
    Tick sections_tick_;
    bool has_sections_ = false;
    std::vector<std::uint8_t> bytes_;
    std::vector<Bytes> sections_;
    std::vector<Slot> cuts_;        ///< where each section begins
    std::vector<std::size_t> ends_; ///< and where its bytes end
    Tick hash_tick_;
    std::optional<std::uint64_t> hash_;
};

} // namespace engine_net
