#include "core/assert.hpp"
#include "server/backend_asks.hpp"
#include "server/cluster.hpp"
#include "server/config_problems.hpp"
#include "server/web.hpp"
#include "transport/open_socket.hpp"
#include "wire/text.hpp"

#include <engine_net/limits.hpp>
#include <engine_net/server.hpp>

#include <system_error>

namespace engine_net {

Server::Loop::Loop(ServerConfig config)
    : config_(std::move(config))
    , secrets_(config_.seed)
    , directory_({config_.max_rooms,
                  config_.tick_rate,
                  config_.input_window_ticks,
                  std::max(config_.room_threads, 1u)})
    , sessions_(secrets_)
    , channels_(secrets_.next() | 1)
    , schedule_(std::max(config_.tick_rate, 1u), config_.max_catch_up_ticks)
    , tick_(config_.first_tick) {}

Server::Loop::~Loop() = default;

void Server::Loop::define_room(std::string name,
                               CompiledSchema schema,
                               RoomKindConfig config,
                               RoomFactory make) {
    ENGINE_NET_ASSERT(!host_);
    pending_kinds_.push_back({std::move(name), schema, std::move(config), std::move(make)});
}

/// What is wrong with it; nothing if rooms of it can be made from now on.
std::optional<StartError> Server::Loop::define_kind(PendingKind& kind) {
    const std::string what = "room kind \"" + kind.name + "\": ";
    if (!wire::is_display_name(kind.name) || directory_.find_kind(kind.name)) {
        return StartError{StartErrorCode::bad_config, what + "the name is unusable or taken"};
    }
    auto schema = ReplicatedSchema::load(kind.schema);
    if (!schema) return StartError{StartErrorCode::bad_schema, what + schema.error().text};
    if (const auto problem = problem_of(kind.config, *schema, config_.tick_rate))
        return StartError{StartErrorCode::bad_config, what + *problem};
    auto metadata = MetadataReader::load(kind.config.metadata);
    if (!metadata)
        return StartError{StartErrorCode::bad_schema, what + "metadata: " + metadata.error()};
    const auto ticks_of = [&](std::chrono::milliseconds duration) {
        return static_cast<std::uint32_t>(duration.count() * config_.tick_rate / 1000);
    };
    std::vector<std::unique_ptr<SnapshotCodec>> codecs;
    while (codecs.size() < config_.room_threads) {
        codecs.push_back(
            std::make_unique<SnapshotCodec>(schema->types(), config_.tick_rate, schema->priors()));
    }
    directory_.define(
        {kind.name,
         kind.schema,
         std::move(*schema),
         std::move(codecs),
         kind.config.capacity,
         kind.config.spectators,
         kind.config.snapshot_rate == 0 ? config_.snapshot_rate : kind.config.snapshot_rate,
         kind.config.bytes_per_second,
         kind.config.grace_time.value_or(config_.grace_time),
         {kind.config.start.min_players,
          ticks_of(kind.config.start.countdown),
          kind.config.has_host},
         std::move(kind.config.matchmaking),
         std::move(*metadata),
         std::move(kind.config.state_table),
         kind.config.start.join_while_playing,
         kind.config.repeated_input_ticks,
         std::min(
             static_cast<std::int32_t>(kind.config.max_rewind.count() * config_.tick_rate / 1000),
             static_cast<std::int32_t>(history_ticks) - 2),
         std::min(kind.config.feed_rate, config_.tick_rate),
         ticks_of(kind.config.keyframe_interval),
         ticks_of(kind.config.spectator_delay),
         std::move(kind.config.interest),
         std::move(kind.make),
         tape_maker(kind)});
    return std::nullopt;
}

Result<Done, StartError> Server::Loop::start() {
    if (const auto problem = config_.validate())
        return Unexpected(StartError{StartErrorCode::bad_config, *problem});
    for (PendingKind& kind : pending_kinds_) {
        if (auto error = define_kind(kind)) return Unexpected(std::move(*error));
    }
    pending_kinds_.clear();
    admins_.key = parse_admin_key(config_.admin.key);
    admins_.read_key = parse_admin_key(config_.admin.read_key);
    if (admins_.key || admins_.read_key) message_clock_.turn_on();

    auto socket = open_socket(config_.network, config_.bind_address, config_.port);
    const std::optional<IpAddress> bound = parse_host(config_.bind_address);
    const std::string where = bound ? to_string(Address{*bound, config_.port})
                                    : config_.bind_address + ":" + std::to_string(config_.port);
    if (!socket) {
        switch (socket.error()) {
        case SocketError::port_in_use:
            return Unexpected(StartError{
                StartErrorCode::port_in_use,
                "UDP " + where + " is in use: stop the other program or choose another port"});
        case SocketError::address_unavailable:
            return Unexpected(StartError{StartErrorCode::address_unavailable,
                                         where + " is no address of this machine"});
        case SocketError::no_ipv6:
            return Unexpected(StartError{StartErrorCode::address_unavailable,
                                         "UDP " + where + " needs IPv6, which the system lacks"});
        case SocketError::no_resources:
            return Unexpected(StartError{StartErrorCode::no_resources,
                                         "no socket could be opened for UDP " + where});
        }
    }
    auto conditioned = std::make_unique<LinkConditioner>(std::move(*socket), config_.net_sim);
    conditioner_ = conditioned.get();
    HostConfig host_config;
    host_config.max_peers = config_.max_peers;
    host_config.accepts = true;
    for (const std::string& text : config_.banned_addresses) host_config.banned.add(text);
    host_config.address_limits = config_.address_limits;
    if (config_.seed) host_config.seed = secrets_.next();
    host_config.identity = parse_secret_key(config_.identity);
    auto host = Host::open(host_config, std::move(conditioned));
    if (!host) {
        if (host.error() == HostError::enet_not_ours) {
            return Unexpected(StartError{StartErrorCode::enet_not_ours,
                                         "ENet does not run on engine-net's sockets: link "
                                         "engine-net before enet, or build with --enet-source"});
        }
        return Unexpected(StartError{StartErrorCode::no_resources, "ENet could not be started"});
    }
    try {
        threads_.emplace(config_.room_threads);
    } catch (const std::system_error&) {
        return Unexpected(StartError{StartErrorCode::no_resources,
                                     "no " + std::to_string(config_.room_threads) +
                                         " threads could be started: lower room_threads"});
    }
    workers_.emplace(*threads_);
    auto web = Web::start(*this);
    if (!web) return Unexpected(web.error());
    web_ = std::move(*web);
    backend_asks_ = BackendAsks::make(*this);
    host_ = std::move(*host);
    if (config_.auth == Auth::token) tokens_.emplace(config_.tokens, key());
    if (!config_.cluster) return Done{};
    auto cluster = Cluster::join(*this);
    if (!cluster) return Unexpected(cluster.error());
    cluster_ = std::move(*cluster);
    return Done{};
}

void Server::Loop::move_to_this_thread() {
    thread.take();
    for (const auto& [id, room] : directory_.rooms()) room->thread.take();
}

Time Server::Loop::next_step() const {
    return has_begun_ ? schedule_.next_deadline() : Time::min();
}

std::optional<RoomId> Server::Loop::create_room(std::string_view kind_name, std::string name) {
    if (is_draining()) return std::nullopt;
    const RoomKind* const kind = directory_.find_kind(kind_name);
    RoomInstance* const room = kind ? directory_.create(*kind,
                                                        {.name = std::move(name),
                                                         .stays_when_empty = true,
                                                         .invite = new_invite(),
                                                         .seed = secrets_.next()},
                                                        tick_,
                                                        now_)
                                    : nullptr;
    return room ? std::optional(room->id()) : std::nullopt;
}

std::optional<std::string> Server::Loop::reserve_seat(RoomId id) {
    RoomInstance* const room = directory_.find(id);
    if (!room || room->is_full() || is_draining()) return std::nullopt;
    std::string code = new_invite();
    directory_.reserve(*room, code, now_ + config_.reservation_time);
    return code;
}

std::vector<RoomSummary> Server::Loop::rooms() const {
    return directory_.page(0, directory_.listed(), now_);
}

std::uint16_t Server::Loop::web_port() const {
    return web_ ? web_->bridge().port() : std::uint16_t{0};
}

std::uint16_t Server::Loop::mqtt_port() const {
    return web_ ? web_->bridge().mqtt_port() : std::uint16_t{0};
}

ServerStats Server::Loop::stats() const {
    ServerStats stats = stats_;
    stats.tick = tick_;
    stats.is_draining = is_draining();
    stats.sessions = sessions_.count();
    for (const auto& [id, room] : directory_.rooms()) stats.players += room->players();
    stats.spectators = seats_.size() - stats.players;
    stats.rooms = directory_.size();
    for (const auto& [id, room] : directory_.rooms()) room->add_to(stats);
    stats.wrong_thread_calls += thread.refused();
    stats.simulation = simulation_timing_.stats();
    stats.network = network_timing_.stats();
    if (web_) stats.bridge = web_->bridge().stats();
    if (host_) {
        stats.peers = host_->peer_count();
        stats.link = host_->stats();
        stats.refused.oversize_messages = host_->oversize_messages();
    }
    return stats;
}

std::string Server::Loop::key() const {
    return host_ ? to_text(host_->identity()) : std::string();
}

std::uint16_t Server::Loop::port() const {
    return host_ ? host_->local_address().port : config_.port;
}

void Server::Loop::log(LogLevel level, const std::string& text) const {
    config_.log(level, text);
}

Server::Server(ServerConfig config) : loop_(std::make_unique<Loop>(std::move(config))) {}

Server::~Server() = default;

void Server::define_room(std::string name,
                         CompiledSchema schema,
                         RoomKindConfig config,
                         RoomFactory make) {
    if (loop_->thread.is_here("Server::define_room"))
        loop_->define_room(std::move(name), schema, std::move(config), std::move(make));
}

Result<Done, StartError> Server::start() {
    if (loop_->thread.take_first("Server::start")) return loop_->start();
    return Unexpected(
        StartError{StartErrorCode::bad_config, "start was called on a second thread"});
}

void Server::move_to_this_thread() {
    loop_->move_to_this_thread();
}

void Server::step(Time now) {
    if (loop_->thread.is_here("Server::step")) loop_->step(now);
}

Time Server::next_step() const {
    return loop_->thread.is_here("Server::next_step") ? loop_->next_step() : Time::max();
}

void Server::run_until(const std::function<bool()>& stop) {
    if (!loop_->thread.is_here("Server::run_until")) return;
    while (!stop() && !is_drained()) {
        step(Clock::now());
        Clock::sleep_until(next_step());
    }
    this->stop(loop_->closing_reason());
    while (!has_stopped()) {
        step(Clock::now());
        Clock::sleep_until(Clock::now() + std::chrono::milliseconds(5));
    }
}

void Server::drain(std::chrono::milliseconds deadline, const std::string& reason) {
    if (loop_->thread.is_here("Server::drain")) loop_->drain(deadline, reason);
}

bool Server::is_draining() const {
    return loop_->thread.is_here("Server::is_draining") && loop_->is_draining();
}

bool Server::is_drained() const {
    return loop_->thread.is_here("Server::is_drained") && loop_->is_drained();
}

void Server::stop(const std::string& reason) {
    if (loop_->thread.is_here("Server::stop")) loop_->stop(reason);
}

bool Server::has_stopped() const {
    return loop_->thread.is_here("Server::has_stopped") && loop_->has_stopped();
}

std::optional<RoomId> Server::create_room(std::string_view kind, std::string name) {
    if (!loop_->thread.is_here("Server::create_room")) return std::nullopt;
    return loop_->create_room(kind, std::move(name));
}

std::optional<std::string> Server::reserve_seat(RoomId room) {
    if (!loop_->thread.is_here("Server::reserve_seat")) return std::nullopt;
    return loop_->reserve_seat(room);
}

bool Server::publish(std::string_view channel,
                     std::string_view event,
                     std::span<const std::uint8_t> payload) {
    if (!loop_->thread.is_here("Server::publish")) return false;
    const bool is_sound = channel.size() <= max_channel_name_bytes &&
                          event.size() <= max_event_name_bytes &&
                          payload.size() <= max_channel_payload_bytes;
    ENGINE_NET_ASSERT(is_sound);
    return is_sound && loop_->publish(channel, event, payload);
}

void Server::on_call(std::string name, CallHandler handler) {
    if (loop_->thread.is_here("Server::on_call"))
        loop_->on_call(std::move(name), std::move(handler));
}

std::vector<RoomSummary> Server::rooms() const {
    if (!loop_->thread.is_here("Server::rooms")) return {};
    return loop_->rooms();
}

std::shared_ptr<const ServerView> Server::view() const {
    if (!loop_->thread.is_here("Server::view")) return std::make_shared<ServerView>();
    return loop_->view();
}

ServerStats Server::stats() const {
    if (!loop_->thread.is_here("Server::stats")) return {};
    return loop_->stats();
}

std::string Server::key() const {
    return loop_->thread.is_here("Server::key") ? loop_->key() : std::string();
}

std::uint16_t Server::port() const {
    return loop_->thread.is_here("Server::port") ? loop_->port() : std::uint16_t{0};
}

std::uint16_t Server::web_port() const {
    return loop_->thread.is_here("Server::web_port") ? loop_->web_port() : std::uint16_t{0};
}

std::uint16_t Server::mqtt_port() const {
    return loop_->thread.is_here("Server::mqtt_port") ? loop_->mqtt_port() : std::uint16_t{0};
}

} // namespace engine_net
