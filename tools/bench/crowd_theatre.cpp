#include "crowd_theatre.hpp"

#include "cpu_time.hpp"
#include "match_prior.hpp"
#include "replication/budget.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/stats.hpp>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace bench {

using namespace engine_net;

namespace {

constexpr std::uint64_t field_seed = 1;
constexpr std::uint64_t training_seed = 2;
constexpr std::uint32_t training_ticks = 600;

/// Shows the theatre's field, which moves between ticks, so that only replication is timed.
class ShownRoom final : public RoomOf<movers::Input> {
public:
    ShownRoom(const MoverField& field, std::size_t owners) : field_(field), owners_(owners) {}

    void on_input(Presence&, const movers::Input&) override {}
    void on_tick(Tick) override {}
    void describe(SnapshotBuilder& snapshot) const override { field_.describe(snapshot, owners_); }

private:
    const MoverField& field_;
    std::size_t owners_;
};

} // namespace

std::vector<std::uint8_t> train_crowd_prior(MoverField::Size size) {
    const auto schema = ReplicatedSchema::load(mover_schema());
    if (!schema) return {};
    std::array<std::size_t, lag_classes> classes{};
    std::iota(classes.begin(), classes.end(), std::size_t{0});
    return prior_of_match(*schema,
                          MoverField(training_seed, {200, size.ticks_per_second}),
                          training_ticks,
                          size.ticks_per_second,
                          classes);
}

CrowdTheatre::CrowdTheatre(const ReplicatedSchema& schema, Setting setting)
    : setting_(std::move(setting))
    , field_(field_seed, setting_.field)
    , directory_({.max_rooms = 1,
                  .tick_rate = setting_.field.ticks_per_second,
                  .input_window_ticks = 1,
                  .workers = 1})
    , client_codec_(schema.types(), setting_.field.ticks_per_second, schema.priors()) {
    RoomKind kind{
        .name = "movers",
        .schema = schema,
        .codecs = {},
        .capacity = setting_.viewers,
        .bytes_per_second = setting_.bytes_per_second,
        .interest = setting_.interest,
        .make =
            [this] {
                return std::make_unique<ShownRoom>(field_, setting_.viewers);
            },
    };
    kind.codecs.push_back(std::make_unique<SnapshotCodec>(
        kind.schema.types(), setting_.field.ticks_per_second, kind.schema.priors()));
    directory_.define(std::move(kind));
    room_ = directory_.create(*directory_.find_kind("movers"), {.name = "movers"}, tick_, Time());
    const std::size_t lags = setting_.farthest_lag_ticks - setting_.nearest_lag_ticks + 1;
    for (std::uint32_t i = 1; i <= setting_.viewers; ++i) {
        auto seat = std::make_unique<Seat>();
        seat->presence =
            *room_->join({.id = PresenceId{i}, .session = SessionId{i}, .name = "player"});
        seat->lag_ticks = setting_.nearest_lag_ticks + i % lags;
        if (i <= setting_.clients)
            seat->replica = std::make_unique<Replica>(room_->kind().schema, &client_codec_);
        seats_.push_back(std::move(seat));
    }
}

void CrowdTheatre::play(bool is_measured) {
    field_.move();
    ++tick_;
    const double begun = thread_cpu_us();
    for (const auto& seat : seats_) send_ack(*seat);
    workers_.run(directory_, {.newest = tick_, .ticks = 1});
    const double taken = thread_cpu_us() - begun;

    datagrams_.clear();
    workers_.each_datagram([this](SessionId session, Bytes bytes) {
        datagrams_.push_back(
            {static_cast<std::uint32_t>(session.value), {bytes.begin(), bytes.end()}});
    });
    for (const Datagram& datagram : datagrams_) receive(datagram);
    for (const auto& seat : seats_) {
        seat->acks.push_back(seat->replica ? seat->replica->acks() : seat->window.acks());
        if (seat->replica) check(*seat);
    }
    ServerStats stats;
    room_->add_to(stats);
    if (!is_measured) {
        limited_before_ = stats.snapshots_limited;
        coded_before_ = stats.snapshots_coded;
        shared_before_ = stats.snapshots_shared;
        return;
    }
    replication_us_.push_back(taken);
    for (const Datagram& datagram : datagrams_)
        bytes_ += datagram.bytes.size() + datagram_overhead_bytes;
    for (const auto& seat : seats_) {
        if (seat->replica) note_words(*seat);
    }
}

void CrowdTheatre::receive(const Datagram& datagram) {
    Seat& seat = *seats_[datagram.to - 1];
    if (random_.next_chance(setting_.loss)) return;
    ByteReader reader(datagram.bytes);
    const auto header = reader.read<wire::SnapshotHeader>();
    if (!seat.replica) return seat.window.receive(header.sequence());
    if (seat.replica->receive(datagram.bytes) != ReceiveOutcome::ok) ++mismatches_;
    seat.arrived.push_back(Tick{header.tick()});
}

void CrowdTheatre::send_ack(Seat& seat) {
    if (seat.acks.size() < seat.lag_ticks) return;
    if (seat.acks.front().any)
        room_->acknowledge(seat.presence, seat.acks.front().newest, seat.acks.front().bits);
    seat.acks.pop_front();
}

void CrowdTheatre::check(Seat& seat) {
    const auto check = room_->take_state_check(seat.presence);
    if (!check) return;
    const auto hash = seat.replica->state_hash(check->tick);
    if (!hash) return;
    ++state_checks_;
    mismatches_ += hash == check->hash ? 0 : 1;
}

/// How old the newest word of each entity is that the client has in its sight.
void CrowdTheatre::note_words(Seat& seat) {
    const auto newest = seat.replica->newest_complete_tick();
    if (!newest) return;
    const Frame& frame = *seat.replica->find_frame(*newest);
    const TypeFrame& movers = frame.types[0];
    const SlotSet* told = seat.replica->told_rows(*newest);
    for (std::size_t i = 0; i < movers.slots(); ++i) {
        if (!movers.has(i)) continue;
        ++seen_;
        const auto slot = static_cast<std::uint16_t>(i);
        const auto known = seat.words.find(slot);
        const bool is_new = known == seat.words.end() || tick_ - known->second.seen > 1;
        Word& word = seat.words[slot];
        if (is_new || !told || told->has({0, slot})) word.tick = *newest;
        word.seen = tick_;
        oldest_ticks_ = std::max(oldest_ticks_, tick_ - word.tick);
    }
    ++looks_;
    seat.arrived.clear();
}

CrowdTheatre::Figures CrowdTheatre::figures() const {
    ServerStats stats;
    room_->add_to(stats);
    const auto ticks = static_cast<double>(replication_us_.size());
    const auto coded = static_cast<double>(stats.snapshots_coded - coded_before_);
    const auto shared = static_cast<double>(stats.snapshots_shared - shared_before_);
    const auto limited = static_cast<double>(stats.snapshots_limited - limited_before_);
    const double rate = setting_.field.ticks_per_second;
    return {
        .replication_us = median(replication_us_),
        .bytes_per_viewer_and_second =
            static_cast<double>(bytes_) / ticks / setting_.viewers * rate,
        .in_sight = static_cast<double>(seen_) / std::max<double>(1, static_cast<double>(looks_)),
        .shared_percent = 100 * shared / std::max(1.0, coded + shared),
        .limited_percent = 100 * limited / ticks / setting_.viewers,
        .oldest_seconds = oldest_ticks_ / rate,
        .state_checks = state_checks_,
        .mismatches = mismatches_,
    };
}

} // namespace bench
