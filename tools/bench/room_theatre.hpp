#pragma once

#include "core/random.hpp"
#include "replication/replica.hpp"
#include "room/room_directory.hpp"
#include "room/room_workers.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

namespace bench {

/// Rooms of ten ships with all their viewers but without a network: what workers share is timed
/// alone. What a viewer has, it acks some ticks later, each in a room after another time.
class RoomTheatre {
public:
    /// `threads` as of `WorkerThreads`.
    RoomTheatre(const engine_net::ReplicatedSchema& schema, std::size_t threads, std::size_t rooms);

    /// A tick. The time of simulate, snapshot and encode in all rooms, in microseconds.
    double play();

    [[nodiscard]] std::uint64_t state_checks() const { return state_checks_; }
    [[nodiscard]] std::uint64_t mismatches() const { return mismatches_; }

private:
    struct Seat {
        Seat(const engine_net::ReplicatedSchema& schema, engine_net::SnapshotCodec& codec)
            : replica(schema, &codec) {}

        engine_net::RoomInstance* room = nullptr;
        engine_net::PresenceId presence{};
        std::size_t lag_ticks = 0;
        engine_net::Replica replica;
        std::deque<engine_net::Acks> acks; ///< on their way
    };

    void add_room(const engine_net::ReplicatedSchema& schema);
    void send_input(Seat& seat);
    void check(Seat& seat);

    engine_net::RoomDirectory directory_;
    engine_net::WorkerThreads threads_;
    engine_net::RoomWorkers workers_;
    engine_net::SnapshotCodec client_codec_;
    std::vector<std::unique_ptr<Seat>> seats_; ///< the sessions from 1 on
    engine_net::Random random_{1};
    engine_net::Tick tick_;
    std::uint64_t state_checks_ = 0;
    std::uint64_t mismatches_ = 0;
};

} // namespace bench
