#include "mover_replication.hpp"

#include "cpu_time.hpp"
#include "mover_field.hpp"
#include "replication/replica.hpp"
#include "replication/viewer.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace bench {

namespace {

using namespace engine_net;

/// Before the older references are all there.
constexpr std::uint32_t warm_up_ticks = 40;
/// Of a coded datagram that is all of its tick: `wire::SnapshotHeader`, the section's length, and
/// the coded section's header.
constexpr std::size_t header_bytes = sizeof(wire::SnapshotHeader) + 2 + 3;

/// A viewer, its client, and the datagrams on the way.
struct Seat {
    Seat(SnapshotEncoder& encoder, const ReplicatedSchema& schema, SnapshotCodec& codec)
        : viewer(encoder, PresenceId{}), replica(schema, &codec) {}

    void receive() {
        for (const auto& datagram : datagrams) replica.receive(datagram);
        acks = replica.acks();
    }
    /// Whether the client has what the server says it must have.
    bool is_right() {
        const auto check = viewer.take_state_check();
        return check && replica.state_hash(check->tick) == check->hash;
    }

    Viewer viewer;
    Replica replica;
    std::vector<std::vector<std::uint8_t>> datagrams;
    Acks acks;
};

class Theatre {
public:
    explicit Theatre(const ReplicatedSchema& schema)
        : history_(schema)
        , server_codec_(schema.types(), mover_tick_rate, schema.priors())
        , client_codec_(schema.types(), mover_tick_rate, schema.priors())
        , encoder_(history_, &server_codec_) {
        for (std::uint32_t i = 0; i < mover_viewers; ++i)
            seats_.push_back(std::make_unique<Seat>(encoder_, schema, client_codec_));
    }

    void play(bool is_measured) {
        field_.move();
        const Tick tick{++tick_};
        const double begun = thread_cpu_us();
        field_.describe(history_.begin(tick));
        history_.commit();
        const double described = thread_cpu_us();
        for (const auto& seat : seats_) encode(*seat, tick);
        const double encoded = thread_cpu_us();
        for (const auto& seat : seats_) seat->receive();
        const double received = thread_cpu_us();
        for (const auto& seat : seats_) seat->viewer.on_ack(seat->acks.newest, seat->acks.bits);
        const double acked = thread_cpu_us();
        for (const auto& seat : seats_) mismatches_ += seat->is_right() ? 0 : 1;

        if (!is_measured) return;
        describe_us_.push_back(described - begun);
        viewers_us_.push_back(encoded - described + acked - received);
        for (const auto& seat : seats_) count_bytes(*seat);
    }

    [[nodiscard]] ReplicationFigures figures() const {
        return {median(viewers_us_) / mover_viewers,
                median(describe_us_),
                static_cast<double>(body_bytes_) / static_cast<double>(datagrams_),
                mismatches_};
    }

private:
    static void encode(Seat& seat, Tick tick) {
        std::size_t count = 0;
        seat.viewer.encode(tick, [&](Bytes datagram) {
            if (seat.datagrams.size() == count) seat.datagrams.emplace_back();
            seat.datagrams[count++].assign(datagram.begin(), datagram.end());
        });
        seat.datagrams.resize(count);
    }
    void count_bytes(const Seat& seat) {
        for (const auto& datagram : seat.datagrams) body_bytes_ += datagram.size() - header_bytes;
        datagrams_ += seat.datagrams.size();
    }

    MoverField field_{MoverRoom::seed};
    History history_;
    SnapshotCodec server_codec_;
    SnapshotCodec client_codec_;
    SnapshotEncoder encoder_;
    std::vector<std::unique_ptr<Seat>> seats_;
    std::uint32_t tick_ = 0;
    std::vector<double> describe_us_;
    std::vector<double> viewers_us_;
    std::uint64_t body_bytes_ = 0;
    std::uint64_t datagrams_ = 0;
    std::uint64_t mismatches_ = 0;
};

} // namespace

std::optional<ReplicationFigures> measure_mover_replication(CompiledSchema compiled,
                                                            std::uint32_t ticks) {
    const auto schema = ReplicatedSchema::load(compiled);
    if (!schema) return std::nullopt;
    Theatre theatre(*schema);
    for (std::uint32_t i = 0; i < warm_up_ticks; ++i) theatre.play(false);
    for (std::uint32_t i = 0; i < ticks; ++i) theatre.play(true);
    return theatre.figures();
}

} // namespace bench
