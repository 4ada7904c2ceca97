#include "server/cluster.hpp"

#include "cluster/local_backplane.hpp"
#include "cluster/redis_address.hpp"
#include "cluster/redis_backplane.hpp"
#include "server/config_problems.hpp"
#include "transport/secure/keys.hpp"
#include "wire/text.hpp"

#include <algorithm>

namespace engine_net {

namespace {

std::unique_ptr<cluster::Backplane> open_backplane(const ClusterConfig& config,
                                                   std::chrono::milliseconds reservation_time) {
    if (config.local) return config.local->node(config.node_name);
    cluster::RedisSettings settings;
    settings.url = config.redis;
    settings.password = config.redis_password;
    settings.prefix = config.prefix;
    settings.node_name = config.node_name;
    const SecretBytes key = *parse_secret_key(config.key);
    std::ranges::copy(key.view(), settings.key.begin());
    settings.lease_time = config.lease_time;
    settings.reservation_time = reservation_time;
    return cluster::RedisBackplane::make(std::move(settings));
}

/// All bits of it in each (the finaliser of MurmurHash3, by A. Appleby).
std::uint64_t mixed(std::uint64_t bits) {
    bits = (bits ^ (bits >> 33)) * 0xFF51AFD7ED558CCDu;
    bits = (bits ^ (bits >> 33)) * 0xC4CEB9FE1A85EC53u;
    return bits ^ (bits >> 33);
}

} // namespace

std::optional<std::string> problem_of(const ClusterConfig& config) {
    using namespace std::chrono_literals;
    if (!parse_secret_key(config.key))
        return "cluster: the key must be 64 hexadecimal digits, as make_cluster_key gives them";
    if (!wire::is_display_name(config.node_name))
        return "cluster: node_name must be 1 to 64 bytes of text, unlike any other server's";
    if (!config.local && !cluster::RedisAddress::parse(config.redis, config.redis_password)) {
        return "cluster: redis must be as redis://[user:password@]host[:port][/database], with "
               "redis_password as redis://[user@]host[:port][/database]";
    }
    if (config.lease_time < 1s || config.lease_time > 15s)
        return "cluster: lease_time must be 1 to 15 s";
    return std::nullopt;
}

std::string make_cluster_key() {
    return make_server_key();
}

auto Server::Loop::Cluster::join(Loop& loop) -> Result<std::unique_ptr<Cluster>, StartError> {
    auto backplane = open_backplane(*loop.config_.cluster, loop.config_.reservation_time);
    const auto stay = backplane->start();
    if (!stay) {
        return Unexpected(
            StartError{StartErrorCode::cluster_unreachable,
                       "cluster: " + stay.error() + "; start one there, or name another"});
    }
    return std::make_unique<Cluster>(loop, std::move(backplane), *stay);
}

Server::Loop::Cluster::Cluster(Loop& loop,
                               std::unique_ptr<cluster::Backplane> backplane,
                               cluster::NodeStay stay)
    : loop_(loop)
    , gate_(std::move(backplane), stay, loop.directory_, loop.users_, loop.channels_)
    , keys_(*parse_secret_key(config().key))
    , seat_gate_(
          keys_, stay.node.value, SeatGate::Config{.unix_time = loop.config_.tokens.unix_time}) {
    loop.channels_.set_relay(gate_);
    number_ids();
    gate_.set_own_record(own_record());
}

/// By the number that this server has in the cluster.
void Server::Loop::Cluster::number_ids() {
    const cluster::NodeId node = gate_.stay().node;
    seat_gate_.set_node(node.value);
    // Players come with what they know of this server's last life: no id of it means anything now.
    const auto start = static_cast<std::uint32_t>(mixed(gate_.stay().epoch));
    loop_.directory_.number_rooms(first_room_of(node), rooms_of_a_node, start);
    loop_.last_presence_ = start / 2;
    loop_.sessions_.begin_ids_with(std::uint64_t{node.value} << node_shift_of_sessions);
}

wire::NodeRecord Server::Loop::Cluster::own_record() const {
    wire::NodeRecord record{.name = config().node_name, .address = config().public_address};
    if (record.address.empty()) record.address = "127.0.0.1:" + std::to_string(loop_.port());
    record.web_address = config().public_web_address;
    record.server_key = loop_.key();
    record.players = static_cast<std::uint32_t>(loop_.seats_.size());
    record.rooms = static_cast<std::uint32_t>(loop_.directory_.size());
    record.is_draining = loop_.is_stopping_ || loop_.is_draining();
    return record;
}

void Server::Loop::Cluster::tell_of_drain() {
    gate_.set_own_record(own_record());
}

void Server::Loop::Cluster::hear() {
    if (settled_ == Time{}) settled_ = loop_.now_ + config().lease_time;
    for (cluster::Tell& told : gate_.backplane().take(loop_.now_)) {
        std::visit(
            [this](auto& one) {
                on(one);
            },
            told);
    }
}

void Server::Loop::Cluster::tell() {
    gate_.tell_changes(loop_.now_);
    poll_moves();
    poll_queue();
    renew_feeds();
}

void Server::Loop::Cluster::on(const cluster::tell::Link& link) {
    if (link.is_up == gate_.is_up()) return;
    gate_.take(link, loop_.now_);
    if (link.is_up) settled_ = std::max(settled_, loop_.now_ + catching_up_time);
    if (!link.is_up) take_matcher({});
    link.is_up ? loop_.log(LogLevel::info, "the cluster is in reach again")
               : loop_.log(LogLevel::warning, "the cluster is out of reach: " + link.detail);
}

void Server::Loop::Cluster::on(cluster::tell::Message& message) {
    const wire::tables::NodeMessage* const said = wire::decode_node_message(message.bytes);
    if (!said) return gate_.note_refused();
    switch (said->saying_type()) {
    case wire::tables::Saying::WatchFeed:
        return take(message.from.node, *said->saying_as_WatchFeed());
    case wire::tables::Saying::FeedPiece:
        return take_feed_piece(wire::view_of(said->saying_as_FeedPiece()->piece()));
    case wire::tables::Saying::SessionMoved:
        return take(message.from.node, *said->saying_as_SessionMoved());
    case wire::tables::Saying::Waiting: return take(message.from.node, *said->saying_as_Waiting());
    case wire::tables::Saying::NotWaiting:
        return take(message.from.node, *said->saying_as_NotWaiting());
    case wire::tables::Saying::WaitOver:
        return take(message.from.node, *said->saying_as_WaitOver());
    case wire::tables::Saying::WaitProgress:
        return take(message.from.node, *said->saying_as_WaitProgress());
    case wire::tables::Saying::SavedRoom:
        return take(message.from.node, *said->saying_as_SavedRoom());
    case wire::tables::Saying::RoomTaken:
        return take(message.from.node, *said->saying_as_RoomTaken());
    case wire::tables::Saying::SeatGone:
        return take(message.from.node, *said->saying_as_SeatGone());
    case wire::tables::Saying::LateEvent:
        return take(message.from.node, *said->saying_as_LateEvent());
    case wire::tables::Saying::NONE: return gate_.note_refused();
    }
}

} // namespace engine_net
