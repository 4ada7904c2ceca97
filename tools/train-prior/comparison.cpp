#include "comparison.hpp"

#include "replication/codec/snapshot_codec.hpp"

#include <algorithm>
#include <cstdio>
#include <vector>

using namespace engine_net;

namespace {

/// Bytes a tick of what viewers so far behind are sent of what everyone sees, without headers; 0
/// when no stretch is long enough.
double bytes_a_tick(SnapshotCodec& codec, const RecordedMatch& match, int lag) {
    const SnapshotCodec::Run run{
        {}, {static_cast<std::uint16_t>(codec.book().types.size()), 0}, true};
    std::vector<std::uint8_t> out(1 << 20);
    std::size_t bytes = 0;
    std::size_t ticks = 0;
    for (const Recording& stretch : match.stretches) {
        for (auto i = static_cast<std::size_t>(lag); i < stretch.size(); ++i, ++ticks) {
            const References references = references_in(stretch, i, lag);
            bytes += codec.encode_shared(references, stretch[i], run, out).bytes;
        }
    }
    return static_cast<double>(bytes) / static_cast<double>(std::max<std::size_t>(ticks, 1));
}

} // namespace

bool print_comparison(const ReplicatedSchema& schema,
                      const Priors& priors,
                      const RecordedMatch& match) {
    SnapshotCodec untrained(schema.types(), match.ticks_per_second);
    SnapshotCodec trained(schema.types(), match.ticks_per_second, priors);
    std::printf("  lag   untrained     trained   bytes a tick\n");
    bool any = false;
    for (std::size_t lag_class = 0; lag_class < lag_classes; ++lag_class) {
        const int lag = typical_lag(lag_class);
        const double before = bytes_a_tick(untrained, match, lag);
        const double after = bytes_a_tick(trained, match, lag);
        if (before == 0) continue;
        any = true;
        std::printf(
            "  %3d  %10.1f  %10.1f  %+6.1f %%\n", lag, before, after, (after / before - 1) * 100);
    }
    return any;
}
