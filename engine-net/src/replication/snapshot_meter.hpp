#pragma once

#include "core/bytes.hpp"
#include "replication/codec/references.hpp"
#include "replication/codec/scoped_references.hpp"
#include "replication/codec/size_meter.hpp"
#include "replication/codec/snapshot_codec.hpp"
#include "replication/frame.hpp"
#include "replication/sections.hpp"
#include "replication/slot_set.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/tick.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace engine_net {

/// What datagrams of snapshots were spent on, in bits: `headers` and `types` come to `8 * bytes`.
struct SnapshotBits {
    std::uint64_t datagrams = 0;
    std::uint64_t bytes = 0;
    double headers = 0; ///< of datagrams and their sections, and what is rounded up to whole bytes
    std::vector<SizeMeter::TypeBits> types{}; ///< those of a schema

    SnapshotBits& operator+=(const SnapshotBits& other);
};

/// What the datagrams of a tick were made from, for one viewer.
struct SnapshotSources {
    Tick tick;
    SnapshotCodec* codec = nullptr;           ///< of coded and scoped sections
    const References* coded = nullptr;        ///< of coded ones
    const ScopedReferences* scoped = nullptr; ///< of scoped ones
    const Frame* baseline = nullptr;          ///< of the viewer's own entities
    std::span<const Slot> own{};              ///< which they were there
};

/// Measures what a server has sent, while somebody asks where the bytes go: by decoding it, since
/// the coder that sends is not to know of it. That takes as long as coding; it is given time, and
/// what there is none for is left out.
class SnapshotMeter {
public:
    explicit SnapshotMeter(std::span<const EntityType> types);

    /// So much time more; what is not used is kept, up to `most`.
    void grant(Duration time, Duration most);
    /// A datagram may take more than there is; then it is some time before the next.
    [[nodiscard]] bool has_time() const { return left_ > Duration{0}; }
    /// Where it is added to from now on.
    void add_to(std::span<SnapshotBits* const> sums) { sums_ = {sums.begin(), sums.end()}; }

    /// Of `bytes` in all, with its header.
    struct Datagram {
        std::size_t bytes = 0;
        unsigned bits = 0; ///< of `section_bits`
        Bytes shared{};
        Bytes own{};
    };
    void measure(const Datagram& datagram, const SnapshotSources& sources);
    /// As many of a tick's as there is time for, other ones each time.
    void measure(std::span<const Datagram> datagrams, const SnapshotSources& sources);

private:
    bool read_shared(const Datagram& datagram, const SnapshotSources& sources);
    bool read_own(const Datagram& datagram, const SnapshotSources& sources);

    std::span<const EntityType> types_;
    SizeMeter sizes_;
    Frame frame_; ///< what was decoded; kept for its memory, as those below
    SlotSet told_rows_;
    Sections sections_;
    SnapshotBits one_;
    std::vector<SnapshotBits*> sums_;
    Duration left_{0};
    std::size_t turn_ = 0;
};

} // namespace engine_net
