#pragma once

#include "asteroid_field.hpp"
#include "replication/codec/snapshot_codec.hpp"
#include "replication/history.hpp"
#include "replication/replica.hpp"
#include "replication/replicated_schema.hpp"
#include "replication/snapshot_encoder.hpp"
#include "replication/viewer.hpp"
#include "stopwatch.hpp"

#include <engine_net/clock.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace bench {

/// A viewer of an asteroid field, 60 ms away from the server and back, without loss. Time is
/// simulated: the server ticks 30 times a second, the viewer acks every 33 ms.
class AsteroidMatch {
public:
    AsteroidMatch(const engine_net::ReplicatedSchema& schema, std::uint64_t seed);

    void play(engine_net::Duration how_long);

    /// Of all datagrams so far, from the snapshot header on.
    [[nodiscard]] std::uint64_t bytes() const { return viewer_.bytes(); }
    [[nodiscard]] std::uint64_t datagrams() const { return viewer_.datagrams(); }
    [[nodiscard]] std::uint64_t ticks() const { return ticks_; }
    /// Ticks from the baseline to what was coded, all ticks together.
    [[nodiscard]] std::uint64_t lag() const { return lag_; }
    /// Ticks that did not arrive whole, or as another state than the server's.
    [[nodiscard]] std::uint64_t mismatches() const { return mismatches_; }
    [[nodiscard]] double encode_us() const { return encoding_.median_us(); }
    [[nodiscard]] double decode_us() const { return decoding_.median_us(); }

private:
    struct Datagram {
        engine_net::Time due;
        engine_net::Tick tick;
        std::vector<std::uint8_t> bytes;
    };
    struct Ack {
        engine_net::Time due;
        engine_net::Acks acks;
    };

    void tick();
    void arrive();
    void take_acks();
    void check(engine_net::Tick tick);

    AsteroidField field_;
    engine_net::History history_;
    engine_net::SnapshotCodec server_codec_;
    engine_net::SnapshotCodec client_codec_;
    engine_net::SnapshotEncoder encoder_;
    engine_net::Viewer viewer_;
    engine_net::Replica replica_;
    std::deque<Datagram> down_;
    std::deque<Ack> up_;
    engine_net::Time now_;
    engine_net::Time next_ack_;
    std::uint64_t ticks_ = 0;
    std::uint64_t lag_ = 0;
    std::uint64_t mismatches_ = 0;
    std::optional<engine_net::Tick> acked_;
    Stopwatch encoding_;
    Stopwatch decoding_;
};

} // namespace bench
