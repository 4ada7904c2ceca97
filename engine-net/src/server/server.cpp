#include "core/assert.hpp"
#include "replication/interest.hpp"
#include "server/loop.hpp"
#include "transport/open_socket.hpp"
#include "wire/text.hpp"

#include <engine_net/limits.hpp>
#include <engine_net/server.hpp>

#include <system_error>

namespace engine_net {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds longest_grace = 24h;
constexpr std::chrono::milliseconds longest_rewind = 1s;
constexpr std::chrono::milliseconds longest_countdown = 10min;
constexpr std::chrono::milliseconds longest_keyframe_interval = 60s;
constexpr std::chrono::milliseconds longest_spectator_delay = 10min;

bool is_key_or_none(const std::string& key) {
    return key.empty() || parse_admin_key(key);
}

std::optional<std::string> problem_of_keys(const ServerConfig& config) {
    if (!is_key_or_none(config.admin.key) || !is_key_or_none(config.admin.read_key))
        return "admin: a key is 64 hexadecimal digits, as make_admin_key gives them";
    if (!config.identity.empty() && !parse_secret_key(config.identity))
        return "identity must be 64 hexadecimal digits, as make_server_key gives them";
    if (config.auth == Auth::open) return std::nullopt;
    if (config.authenticate) return "authenticate has no say with Auth::token: leave it unset";
    return problem_of(config.tokens);
}

template <class Value>
bool is_within(Value value, Value least, Value most) {
    return value >= least && value <= most;
}

std::optional<std::string> problem_of_bans(const std::vector<std::string>& addresses) {
    BannedAddresses banned;
    for (const std::string& text : addresses) {
        if (!banned.add(text))
            return "banned_addresses: \"" + text + "\" is no address and no network in digits";
    }
    return std::nullopt;
}

} // namespace

std::string make_server_key() {
    SecretBytes key;
    SecretSource(std::nullopt).fill(key.view());
    return to_text(key.view());
}

std::optional<std::string> ServerConfig::validate() const {
    if (!is_within(tick_rate, 1u, max_tick_rate))
        return "tick_rate must be 1 to 240 ticks per second";
    if (snapshot_rate > tick_rate) return "snapshot_rate must be at most tick_rate";
    if (!is_within(max_peers, 1u, 32'000u)) return "max_peers must be 1 to 32000";
    if (max_rooms < 1) return "max_rooms must be at least 1";
    if (!is_within(max_catch_up_ticks, 1u, 60u)) return "max_catch_up_ticks must be 1 to 60";
    if (!is_within(room_threads, 1u, max_room_threads)) return "room_threads must be 1 to 64";
    if (!is_within(input_window_ticks, 1u, 256u)) return "input_window_ticks must be 1 to 256";
    if (heartbeat_interval < 20ms || heartbeat_interval > 5s)
        return "heartbeat_interval must be 20 ms to 5 s";
    if (session_timeout <= 2 * heartbeat_interval)
        return "session_timeout must be more than two heartbeat intervals";
    if (!is_within(grace_time, 0ms, longest_grace)) return "grace_time must be 0 to 24 h";
    if (empty_room_linger < 0ms) return "empty_room_linger must not be negative";
    if (handshake_timeout < 100ms) return "handshake_timeout must be at least 100 ms";
    if (!is_within(reservation_time, 100ms, longest_grace))
        return "reservation_time must be 100 ms to 24 h";
    if (limits.requests_per_second < 1 || limits.publishes_per_second < 1 ||
        limits.chats_per_second < 1 || limits.refusals < 1)
        return "limits: each must be at least 1";
    if (state_check_interval < 10ms) return "state_check_interval must be at least 10 ms";
    if (auto problem = problem_of_keys(*this)) return problem;
    if (auto problem = problem_of_bans(banned_addresses)) return problem;
    if (!log) return "log must be callable";
    return std::nullopt;
}

namespace {

/// What is wrong with who is shown what; nothing if all is well.
std::optional<std::string> problem_of(const InterestConfig& interest,
                                      const ReplicatedSchema& schema) {
    if (!(interest.radius >= 0)) return "interest.radius must be 0, for no bound, or more";
    const bool has_positions = std::ranges::any_of(schema.types(), [&](const EntityType& type) {
        return position_columns(type, interest.position).count > 0;
    });
    if (interest.radius > 0 && !has_positions) {
        return "interest.radius needs a position: no entity type has a field \"" +
               interest.position + "\" of two or three floats with a step";
    }
    return std::nullopt;
}

/// What is wrong with a room kind; nothing if all is well.
std::optional<std::string>
problem_of(const RoomKindConfig& config, const ReplicatedSchema& schema, std::uint32_t tick_rate) {
    constexpr std::uint32_t least_bytes = 1000;
    if (config.capacity < 1 || config.capacity > max_room_capacity)
        return "capacity must be 1 to 1024";
    if (config.spectators > max_room_capacity) return "spectators must be at most 1024";
    if (config.start.min_players > config.capacity)
        return "start.min_players must be at most the capacity";
    if (!is_within(config.start.countdown, 0ms, longest_countdown))
        return "start.countdown must be 0 to 10 min";
    if (config.matchmaking) {
        if (const auto problem = config.matchmaking->validate()) return "matchmaking." + *problem;
        if (config.matchmaking->players() > config.capacity)
            return "matchmaking: a match has more players than the room has seats";
    }
    if (config.snapshot_rate > tick_rate) return "snapshot_rate must be at most the tick rate";
    if (config.repeated_input_ticks > max_repeated_inputs)
        return "repeated_input_ticks must be 0 to 120";
    if (!is_within(config.max_rewind, 0ms, longest_rewind))
        return "max_rewind must be 0 to 1000 ms";
    if (!is_within(config.keyframe_interval, 100ms, longest_keyframe_interval))
        return "keyframe_interval must be 100 ms to 60 s";
    if (!is_within(config.spectator_delay, 0ms, longest_spectator_delay))
        return "spectator_delay must be 0 to 10 min";
    if (config.bytes_per_second > 0 && config.bytes_per_second < least_bytes)
        return "bytes_per_second must be 0, for no bound, or at least 1000";
    if (config.grace_time && !is_within(*config.grace_time, 0ms, longest_grace))
        return "grace_time must be 0 to 24 h";
    return problem_of(config.interest, schema);
}

} // namespace

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
    if (auto error = start_bridge()) return Unexpected(std::move(*error));
    host_ = std::move(*host);
    if (config_.auth == Auth::token) tokens_.emplace(config_.tokens, key());
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
    const RoomKind* const kind = directory_.find_kind(kind_name);
    RoomInstance* const room = kind ? directory_.create(*kind,
                                                        {.name = std::move(name),
                                                         .stays_when_empty = true,
                                                         .invite = invite_code(secrets_),
                                                         .seed = secrets_.next()},
                                                        tick_,
                                                        now_)
                                    : nullptr;
    return room ? std::optional(room->id()) : std::nullopt;
}

std::optional<std::string> Server::Loop::reserve_seat(RoomId id) {
    RoomInstance* const room = directory_.find(id);
    if (!room || room->is_full()) return std::nullopt;
    std::string code = invite_code(secrets_);
    directory_.reserve(*room, code, now_ + config_.reservation_time);
    return code;
}

std::vector<RoomSummary> Server::Loop::rooms() const {
    return directory_.page(0, directory_.size(), now_);
}

ServerStats Server::Loop::stats() const {
    ServerStats stats = stats_;
    stats.tick = tick_;
    stats.sessions = sessions_.count();
    for (const auto& [id, room] : directory_.rooms()) stats.players += room->players();
    stats.spectators = seats_.size() - stats.players;
    stats.rooms = directory_.size();
    for (const auto& [id, room] : directory_.rooms()) room->add_to(stats);
    stats.wrong_thread_calls += thread.refused();
    stats.simulation = simulation_timing_.stats();
    stats.network = network_timing_.stats();
    if (web_) stats.bridge = web_->bridge->stats();
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
    while (!stop()) {
        step(Clock::now());
        Clock::sleep_until(next_step());
    }
    this->stop("the server is closing");
    while (!has_stopped()) {
        step(Clock::now());
        Clock::sleep_until(Clock::now() + std::chrono::milliseconds(5));
    }
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

} // namespace engine_net
