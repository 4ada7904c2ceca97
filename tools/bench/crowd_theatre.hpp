#pragma once

#include "core/random.hpp"
#include "core/worker_threads.hpp"
#include "mover_field.hpp"
#include "replication/receive_window.hpp"
#include "replication/replica.hpp"
#include "room/room_directory.hpp"
#include "room/room_workers.hpp"

#include <engine_net/interest.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace bench {

/// A room full of movers and its viewers, without a network: datagrams are lost, and acks come some
/// ticks later, each viewer's after a time of its own. Some viewers are real clients, which decode
/// and are checked; the others only ack what arrived.
class CrowdTheatre {
public:
    struct Setting {
        MoverField::Size field;
        std::uint32_t viewers = 100; ///< each owns a mover
        std::uint32_t clients = 100; ///< of these
        double loss = 0.02;
        std::size_t nearest_lag_ticks = 1;
        std::size_t farthest_lag_ticks = 6;
        std::uint32_t bytes_per_second = 0;
        engine_net::InterestConfig interest{};
    };
    CrowdTheatre(const engine_net::ReplicatedSchema& schema, Setting setting);

    /// A tick.
    void play(bool is_measured);

    struct Datagram {
        std::uint32_t to = 0;
        std::vector<std::uint8_t> bytes;
    };
    /// Those of the last tick.
    [[nodiscard]] const std::vector<Datagram>& datagrams() const { return datagrams_; }

    struct Figures {
        double replication_us = 0;              ///< a tick: snapshot, interest, encode, acks
        double bytes_per_viewer_and_second = 0; ///< all headers included
        double in_sight = 0;                    ///< entities of a client
        double shared_percent = 0;              ///< codings that were found done
        double limited_percent = 0;             ///< snapshots that told less than changed
        double oldest_seconds = 0; ///< that an entity in a client's sight went without word
        std::uint64_t state_checks = 0;
        std::uint64_t mismatches = 0;
    };
    [[nodiscard]] Figures figures() const;

private:
    /// When an entity that is in sight came into it, or the newest word of it was sent.
    struct Word {
        engine_net::Tick tick;
        engine_net::Tick seen;
    };
    struct Seat {
        engine_net::PresenceId presence{};
        std::size_t lag_ticks = 0;
        std::unique_ptr<engine_net::Replica> replica; ///< null: it only acks
        engine_net::ReceiveWindow window;
        std::deque<engine_net::Acks> acks; ///< on their way
        std::vector<engine_net::Tick> arrived;
        std::map<std::uint32_t, Word> words; ///< of a client, by id
    };

    void receive(const Datagram& datagram);
    void send_ack(Seat& seat);
    void check(Seat& seat);
    void note_words(Seat& seat);

    Setting setting_;
    MoverField field_;
    engine_net::RoomDirectory directory_;
    engine_net::WorkerThreads threads_{0};
    engine_net::RoomWorkers workers_{threads_};
    engine_net::SnapshotCodec client_codec_;
    engine_net::RoomInstance* room_ = nullptr;
    std::vector<std::unique_ptr<Seat>> seats_; ///< the sessions from 1 on
    engine_net::Random random_{1};
    engine_net::Tick tick_;
    std::vector<Datagram> datagrams_;

    std::vector<double> replication_us_;
    std::uint64_t bytes_ = 0;
    std::uint64_t seen_ = 0;
    std::uint64_t looks_ = 0;
    std::int32_t oldest_ticks_ = 0;
    std::uint64_t limited_before_ = 0;
    std::uint64_t coded_before_ = 0;
    std::uint64_t shared_before_ = 0;
    std::uint64_t state_checks_ = 0;
    std::uint64_t mismatches_ = 0;
};

/// What a match of such a field teaches, for `mover_schema`.
std::vector<std::uint8_t> train_crowd_prior(MoverField::Size size);

} // namespace bench
