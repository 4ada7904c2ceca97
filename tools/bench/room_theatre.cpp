#include "room_theatre.hpp"

#include "rules/schema.hpp"
#include "ship_room.hpp"

#include <engine_net/clock.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace bench {

using namespace engine_net;

namespace {

constexpr std::size_t nearest_lag_ticks = 2;
constexpr double new_buttons_chance = 0.02; ///< of a player in a tick
constexpr std::size_t buttons = 8;          ///< thrust, left and right, in every combination
constexpr std::uint32_t input_window_ticks = 32;

RoomKind ship_kind(std::size_t threads) {
    RoomKind kind{
        .name = "ships",
        .schema = std::move(*ReplicatedSchema::load(arena::schema())),
        .codecs = {},
        .capacity = ships_per_room,
        .make =
            [] {
                return std::make_unique<ShipRoom>();
            },
    };
    for (std::size_t i = 0; i < threads; ++i) {
        kind.codecs.push_back(std::make_unique<SnapshotCodec>(
            kind.schema.types(), ship_tick_rate, kind.schema.priors()));
    }
    return kind;
}

} // namespace

RoomTheatre::RoomTheatre(const ReplicatedSchema& schema, std::size_t threads, std::size_t rooms)
    : directory_({.max_rooms = rooms,
                  .tick_rate = ship_tick_rate,
                  .input_window_ticks = input_window_ticks,
                  .workers = threads})
    , threads_(threads)
    , workers_(threads_)
    , client_codec_(schema.types(), ship_tick_rate, schema.priors()) {
    directory_.define(ship_kind(threads));
    for (std::size_t i = 0; i < rooms; ++i) add_room(schema);
}

void RoomTheatre::add_room(const ReplicatedSchema& schema) {
    RoomInstance* const room =
        directory_.create(*directory_.find_kind("ships"), {.name = "ships"}, tick_, Time());
    for (std::size_t i = 0; i < ships_per_room; ++i) {
        auto seat = std::make_unique<Seat>(schema, client_codec_);
        const auto number = static_cast<std::uint32_t>(seats_.size() + 1);
        seat->room = room;
        seat->presence =
            *room->join({.id = PresenceId{number}, .session = SessionId{number}, .name = "player"});
        seat->lag_ticks = nearest_lag_ticks + i;
        seats_.push_back(std::move(seat));
    }
}

double RoomTheatre::play() {
    for (const auto& seat : seats_) send_input(*seat);
    ++tick_;
    const Time begun = Clock::now();
    workers_.run(directory_, {.newest = tick_, .ticks = 1});
    const std::chrono::duration<double, std::micro> taken = Clock::now() - begun;
    workers_.each_datagram([this](SessionId session, Bytes datagram) {
        seats_[session.value - 1]->replica.receive(datagram);
    });
    for (const auto& seat : seats_) check(*seat);
    return taken.count();
}

void RoomTheatre::send_input(Seat& seat) {
    if (!random_.next_chance(new_buttons_chance)) return;
    const arena::Input input(static_cast<std::uint8_t>(random_.next() % buttons));
    const Bytes bytes(reinterpret_cast<const std::uint8_t*>(&input), sizeof input);
    seat.room->queue_input(seat.presence, {tick_ + 1, bytes}, tick_ + 1);
}

void RoomTheatre::check(Seat& seat) {
    seat.acks.push_back(seat.replica.acks());
    if (seat.acks.size() <= seat.lag_ticks) return;
    seat.room->acknowledge(seat.presence, seat.acks.front().newest, seat.acks.front().bits);
    seat.acks.pop_front();
    const auto check = seat.room->take_state_check(seat.presence);
    if (!check) return;
    ++state_checks_;
    mismatches_ += seat.replica.state_hash(check->tick) == check->hash ? 0 : 1;
}

} // namespace bench
