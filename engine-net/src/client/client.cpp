#include "client/core.hpp"
#include "client/pinned_key.hpp"
#include "core/assert.hpp"
#include "wire/text.hpp"

#include <engine_net/client.hpp>

#include <cmath>

namespace engine_net {

std::string_view message(CloseReason reason) {
    switch (reason) {
    case CloseReason::none: return "not closed";
    case CloseReason::left: return "left";
    case CloseReason::unreachable: return "the server did not answer";
    case CloseReason::timed_out: return "the connection was lost";
    case CloseReason::refused: return "the server refused the connection";
    case CloseReason::token_refused: return "the server asks for another connect token";
    case CloseReason::server_closing: return "the server is closing";
    case CloseReason::kicked: return "removed from the server";
    case CloseReason::protocol_error: return "client and server do not understand each other";
    case CloseReason::replaced: return "another client took over this session";
    case CloseReason::bad_config: return "the client's configuration is wrong";
    }
    return "unknown";
}

namespace {

std::optional<std::string> problem_of_delays(const ClientConfig& config) {
    using namespace std::chrono_literals;
    if (config.min_interpolation_delay < 0ms) return "min_interpolation_delay must not be negative";
    if (config.max_interpolation_delay < config.min_interpolation_delay ||
        config.max_interpolation_delay > longest_interpolation_delay)
        return "max_interpolation_delay must be from min_interpolation_delay to 1,000 ms";
    if (config.max_extrapolation < 0ms || config.max_extrapolation > longest_extrapolation)
        return "max_extrapolation must be 0 to 1,000 ms";
    return std::nullopt;
}

} // namespace

std::optional<std::string> ClientConfig::validate() const {
    using namespace std::chrono_literals;
    if (host.empty()) return "host is empty";
    if (port == 0) return "port must be 1 to 65535";
    if (!wire::is_display_name(name)) return "name must be 1 to 64 bytes of printable UTF-8";
    if (token.size() > max_token_bytes || !wire::is_utf8(token))
        return "token must be at most 1,024 bytes of UTF-8";
    if (const auto pinned = pinned_key(*this); !pinned) return pinned.error();
    if (connect_timeout < 100ms) return "connect_timeout must be at least 100 ms";
    if (heartbeat_interval < 20ms || heartbeat_interval > 5s)
        return "heartbeat_interval must be 20 ms to 5 s";
    if (session_timeout <= 2 * heartbeat_interval)
        return "session_timeout must be more than two heartbeat intervals";
    if (suspicion_time < heartbeat_interval)
        return "suspicion_time must be at least a heartbeat interval";
    if (resume_time < 0ms) return "resume_time must not be negative";
    if (redundant_inputs < 1 || redundant_inputs > max_redundant_inputs)
        return "redundant_inputs must be 1 to 16";
    if (auto problem = problem_of_delays(*this)) return problem;
    if (!log) return "log must be callable";
    return std::nullopt;
}

namespace {

/// The caller's mistake: see `Client`.
void fail(const Client::JoinHandler& done) {
    if (done) done({RequestError::bad_request, {}, {}, {}, {}});
}

} // namespace

Client::Core::Core(ClientConfig config)
    : config_(std::move(config))
    , secrets_(config_.seed)
    , playout_({.min_delay = config_.min_interpolation_delay,
                .max_delay = config_.max_interpolation_delay,
                .max_extrapolation = config_.max_extrapolation})
    , inputs_(config_.redundant_inputs, config_.away_inputs) {}

Client::Core::~Core() = default;

Client::Client(ClientConfig config) : core_(std::make_unique<Core>(std::move(config))) {}

Client::~Client() = default;

void Client::poll(Time now) {
    if (core_->thread.take_first("Client::poll")) core_->poll(now);
}

void Client::move_to_this_thread() {
    core_->thread.take();
}

Time Client::next_poll() const {
    return core_->thread.is_here("Client::next_poll") ? core_->next_poll() : Time::max();
}

void Client::wait_until(Time deadline) {
    if (core_->thread.is_here("Client::wait_until")) core_->wait_until(deadline);
}

void Client::set_net_sim(const LinkSimulation& simulation) {
    if (core_->thread.is_here("Client::set_net_sim")) core_->set_net_sim(simulation);
}

ClientState Client::state() const {
    return core_->thread.is_here("Client::state") ? core_->state() : ClientState::connecting;
}

CloseReason Client::close_reason() const {
    return core_->thread.is_here("Client::close_reason") ? core_->close_reason()
                                                         : CloseReason::none;
}

const std::string& Client::close_detail() const {
    static const std::string none;
    return core_->thread.is_here("Client::close_detail") ? core_->close_detail() : none;
}

void Client::on_suspended(std::function<void()> handler) {
    if (core_->thread.is_here("Client::on_suspended")) core_->on_suspended = std::move(handler);
}

void Client::on_resumed(std::function<void(std::uint32_t)> handler) {
    if (core_->thread.is_here("Client::on_resumed")) core_->on_resumed = std::move(handler);
}

void Client::on_lost(std::function<void(CloseReason, const std::string&)> handler) {
    if (core_->thread.is_here("Client::on_lost")) core_->on_lost = std::move(handler);
}

std::string Client::resume_token() const {
    return core_->thread.is_here("Client::resume_token") ? core_->resume_token() : std::string();
}

void Client::create_room(std::string kind, RoomOptions options, JoinHandler done) {
    if (!core_->thread.is_here("Client::create_room")) return;
    const bool is_sound = options.password.size() <= max_password_bytes &&
                          options.metadata.size() <= max_metadata_bytes;
    ENGINE_NET_ASSERT(is_sound);
    if (!is_sound) return fail(done);
    core_->request_join(
        {.mode = wire::JoinMode::create, .kind = std::move(kind), .options = std::move(options)},
        std::move(done));
}

void Client::join_room(RoomId room, std::string password, JoinHandler done) {
    if (!core_->thread.is_here("Client::join_room")) return;
    core_->request_join(
        {.mode = wire::JoinMode::join, .room = room, .options = {.password = std::move(password)}},
        std::move(done));
}

void Client::join_by_invite(std::string invite, std::string password, JoinHandler done) {
    if (!core_->thread.is_here("Client::join_by_invite")) return;
    core_->request_join({.mode = wire::JoinMode::join_by_invite,
                         .options = {.password = std::move(password)},
                         .invite = std::move(invite)},
                        std::move(done));
}

void Client::join_or_create(std::string kind, JoinHandler done) {
    if (!core_->thread.is_here("Client::join_or_create")) return;
    core_->request_join({.mode = wire::JoinMode::join_or_create, .kind = std::move(kind)},
                        std::move(done));
}

void Client::watch_room(RoomId room, std::string password, JoinHandler done) {
    if (!core_->thread.is_here("Client::watch_room")) return;
    core_->request_join({.mode = wire::JoinMode::join,
                         .room = room,
                         .options = {.password = std::move(password)},
                         .as_spectator = true},
                        std::move(done));
}

void Client::queue(MatchRequest request,
                   JoinHandler done,
                   std::function<void(const QueueProgress&)> on_progress) {
    if (!core_->thread.is_here("Client::queue")) return;
    const bool is_sound =
        request.properties.size() <= max_ticket_properties && std::isfinite(request.rank);
    ENGINE_NET_ASSERT(is_sound);
    if (!is_sound) return fail(done);
    std::string kind = request.kind;
    core_->request_join({.mode = wire::JoinMode::queue,
                         .kind = std::move(kind),
                         .match = std::move(request),
                         .on_progress = std::move(on_progress)},
                        std::move(done));
}

void Client::cancel_queue() {
    if (core_->thread.is_here("Client::cancel_queue")) core_->cancel_queue();
}

void Client::find_rooms(const RoomQuery& query, RoomsHandler done) {
    if (!core_->thread.is_here("Client::find_rooms")) return;
    const bool is_sound =
        query.where.size() <= max_query_filters && query.order.size() <= max_query_orders;
    ENGINE_NET_ASSERT(is_sound);
    if (is_sound) return core_->find_rooms(query, std::move(done));
    if (done) done({{}, 0, RequestError::bad_request});
}

const std::map<PresenceId, RoomMember>& Client::members() const {
    static const std::map<PresenceId, RoomMember> none;
    return core_->thread.is_here("Client::members") ? core_->people().members() : none;
}

RoomPhase Client::phase() const {
    return core_->thread.is_here("Client::phase") ? core_->people().phase() : RoomPhase::playing;
}

Tick Client::match_start() const {
    return core_->thread.is_here("Client::match_start") ? core_->people().start() : Tick{};
}

PresenceId Client::host() const {
    return core_->thread.is_here("Client::host") ? core_->people().host() : PresenceId{};
}

void Client::on_room_change(std::function<void()> handler) {
    if (core_->thread.is_here("Client::on_room_change")) core_->on_room_change = std::move(handler);
}

void Client::set_ready(bool is_ready, ResultHandler done) {
    command(is_ready ? RoomVerb::ready : RoomVerb::unready, {}, {}, std::move(done));
}

void Client::command(RoomVerb verb,
                     PresenceId whom,
                     const std::string& reason,
                     ResultHandler done) {
    if (core_->thread.is_here("Client::command"))
        core_->command(verb, whom, reason, std::move(done));
}

void Client::set_metadata(std::span<const std::uint8_t> metadata, ResultHandler done) {
    if (!core_->thread.is_here("Client::set_metadata")) return;
    ENGINE_NET_ASSERT(metadata.size() <= max_metadata_bytes);
    if (metadata.size() <= max_metadata_bytes)
        return core_->set_metadata(metadata, std::move(done));
    if (done) done({RequestError::bad_request, {}});
}

void Client::call(const std::string& name,
                  std::span<const std::uint8_t> payload,
                  CallHandler done,
                  std::chrono::milliseconds timeout) {
    if (!core_->thread.is_here("Client::call")) return;
    ENGINE_NET_ASSERT(payload.size() <= max_call_bytes);
    if (payload.size() <= max_call_bytes)
        return core_->call({}, name, payload, std::move(done), timeout);
    if (done) done({RequestError::bad_request, {}, {}});
}

void Client::call_room(const std::string& name,
                       std::span<const std::uint8_t> payload,
                       CallHandler done,
                       std::chrono::milliseconds timeout) {
    if (!core_->thread.is_here("Client::call_room")) return;
    ENGINE_NET_ASSERT(payload.size() <= max_call_bytes);
    const RequestError error = payload.size() > max_call_bytes ? RequestError::bad_request
                               : room().is_set()               ? RequestError::none
                                                               : RequestError::not_in_room;
    if (error == RequestError::none)
        return core_->call(room(), name, payload, std::move(done), timeout);
    if (done) done({error, {}, {}});
}

const std::string& Client::user() const {
    static const std::string none;
    return core_->thread.is_here("Client::user") ? core_->user() : none;
}

Channels& Client::channels() {
    return core_->channels();
}

Users& Client::users() {
    return core_->users();
}

void Client::leave_room() {
    if (core_->thread.is_here("Client::leave_room")) core_->leave_room();
}

void Client::list_rooms(std::uint32_t first, RoomsHandler done) {
    if (core_->thread.is_here("Client::list_rooms")) core_->list_rooms(first, std::move(done));
}

void Client::watch_rooms(std::function<void()> on_change) {
    if (!core_->thread.is_here("Client::watch_rooms")) return;
    core_->on_rooms = std::move(on_change);
    core_->watch_rooms();
}

void Client::unwatch_rooms() {
    if (core_->thread.is_here("Client::unwatch_rooms")) core_->unwatch_rooms();
}

const std::map<RoomId, RoomSummary>& Client::rooms() const {
    static const std::map<RoomId, RoomSummary> none;
    return core_->thread.is_here("Client::rooms") ? core_->room_list().rooms() : none;
}

bool Client::has_all_rooms() const {
    return core_->thread.is_here("Client::has_all_rooms") && core_->room_list().is_whole();
}

void Client::leave() {
    if (core_->thread.is_here("Client::leave")) core_->leave();
}

RoomId Client::room() const {
    return core_->thread.is_here("Client::room") ? core_->room() : RoomId{};
}

PresenceId Client::presence() const {
    return core_->thread.is_here("Client::presence") ? core_->presence() : PresenceId{};
}

void Client::on_room_left(std::function<void(LeaveReason, const std::string&)> handler) {
    if (core_->thread.is_here("Client::on_room_left")) core_->on_room_left = std::move(handler);
}

void Client::send_event(EventBytes event, Delivery delivery) {
    if (core_->thread.is_here("Client::send_event")) core_->send_event(event, delivery);
}

void Client::on_event_bytes(std::function<void(EventBytes)> handler) {
    if (core_->thread.is_here("Client::on_event")) core_->on_event = std::move(handler);
}

} // namespace engine_net
