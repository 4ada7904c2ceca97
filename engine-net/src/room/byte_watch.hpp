#pragma once

#include "replication/field_table.hpp"
#include "replication/snapshot_meter.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>
#include <engine_net/tick.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace engine_net {

/// Where the bytes of a room's snapshots go, while somebody asks: of one viewer, or of all of them,
/// one after the other. Takes about a hundredth of the ticks' time, at most a datagram's more.
class ByteWatch {
public:
    ByteWatch(std::span<const EntityType> types, std::uint32_t tick_rate);

    /// What has been measured of `viewer`, or if it is not set of all, since it was asked for
    /// first. Good until the next call.
    const SnapshotBits& ask(PresenceId viewer, Tick now);
    /// Nobody has asked for some seconds.
    [[nodiscard]] bool is_forgotten(Tick now) const;

    void begin_tick();
    /// To be called for each viewer that is due in the tick; null: this one is not measured.
    SnapshotMeter* meter_for(PresenceId viewer);

private:
    struct Wanted {
        PresenceId viewer; ///< not set: all
        Tick asked;
        SnapshotBits bits{};
    };
    static constexpr std::size_t most_wanted = 4; ///< who comes more takes the place of another

    Duration per_tick_;
    std::int32_t patience_ticks_;
    SnapshotMeter meter_;
    std::vector<Wanted> wanted_;
    std::size_t turn_ = 0;            ///< of the viewers of a tick, who is measured for all
    std::size_t viewers_ = 0;         ///< of the tick, so far
    std::vector<SnapshotBits*> sums_; ///< kept for its memory
};

} // namespace engine_net
