#include "node_lobby.hpp"

#include "cluster/redis_backplane.hpp"
#include "rules/schema.hpp"
#include "ship_room.hpp"

#include <utility>
#include <variant>

namespace bench {

using namespace engine_net;

namespace {

constexpr std::uint32_t tick_rate = 60;

RoomKind ship_kind() {
    auto schema = ReplicatedSchema::load(arena::schema());
    return {.name = "ships",
            .schema = std::move(*schema),
            .codecs = {},
            .capacity = NodeLobby::seats_per_room,
            .make = [] {
                return std::make_unique<ShipRoom>();
            }};
}

wire::NodeRecord record_of(const std::string& name) {
    return {.name = name, .address = "127.0.0.1:7777", .server_key = std::string(64, 'a')};
}

} // namespace

NodeLobby::NodeLobby(const std::string& redis_url, std::size_t number, std::size_t rooms)
    : directory_({.max_rooms = rooms, .tick_rate = tick_rate, .input_window_ticks = 32})
    , random_(number) {
    cluster::RedisSettings settings;
    settings.url = redis_url;
    settings.node_name = std::to_string(number);
    auto backplane = cluster::RedisBackplane::make(std::move(settings));
    const auto stay = backplane->start();
    if (!stay) return;
    gate_ =
        std::make_unique<ClusterGate>(std::move(backplane), *stay, directory_, users_, channels_);
    gate_->set_own_record(record_of(std::to_string(number)));
    directory_.number_rooms(first_room_of(stay->node), rooms_of_a_node, 0);
    directory_.define(ship_kind());
    last_session_ = std::uint64_t{stay->node.value} << node_shift_of_sessions;
    const Time now = Clock::now();
    rooms_.reserve(rooms);
    for (std::size_t i = 0; i < rooms; ++i) {
        rooms_.push_back(
            directory_.create(*directory_.find_kind("ships"), {.seed = i}, Tick{}, now));
        for (std::size_t player = 0; player < players_per_room; ++player) come(*rooms_.back());
    }
}

void NodeLobby::step(Time now) {
    take(now);
    // By chance somebody goes, and somebody else comes at another time.
    if (next_change_ == Time{}) next_change_ = now;
    while (!is_resting_ && !players_.empty() && now >= next_change_) {
        next_change_ += stay_time / players_.size();
        go(now);
        RoomInstance* room = nullptr;
        while (!room || room->players() == seats_per_room)
            room = rooms_[random_.next_below(rooms_.size())];
        come(*room);
    }
    gate_->tell_changes(now);
}

std::size_t NodeLobby::known_players() const {
    std::size_t players = 0;
    for (const auto& [id, room] : directory_.remote_rooms()) players += room.summary.players;
    return players;
}

void NodeLobby::come(RoomInstance& room) {
    const SessionId session{++last_session_};
    const std::string user = "user " + std::to_string(session.value);
    users_.enter(session, user, user);
    const PresenceId presence{++last_presence_};
    static_cast<void>(room.join({.id = presence, .session = session, .name = user}));
    users_.set_place(session, {.room = room.id(), .plays = true});
    directory_.note_change(room);
    players_.push_back({session, &room, presence});
}

void NodeLobby::go(Time now) {
    const Player player = players_.front();
    players_.pop_front();
    player.room->leave(player.presence, LeaveReason::left, now);
    users_.leave(player.session);
    directory_.note_change(*player.room);
}

void NodeLobby::take(Time now) {
    const auto take_one = [&](const auto& told) {
        if constexpr (requires { gate_->take(told, now); }) gate_->take(told, now);
    };
    for (const cluster::Tell& told : gate_->backplane().take(now)) std::visit(take_one, told);
}

} // namespace bench
