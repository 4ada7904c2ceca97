#include "core/assert.hpp"
#include "server/loop.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>

namespace engine_net {

// Those who look at the server. All that they get they have asked for.

namespace {

/// Lines of a room's channel that one reply has at most.
constexpr std::uint64_t most_lines = 200;

} // namespace

/// One that says it is an admin. It may do nothing until it has proved to know a key.
void Server::Loop::let_in_admin(Session& session, Player player) {
    if (!admins_.key && !admins_.read_key)
        return refuse(session, wire::RefuseReason::not_authentic, "this server has no admin key");
    if (sessions_.count() >= 2 * std::size_t{config_.max_peers})
        return refuse(session, wire::RefuseReason::server_full, "too many players");
    player.is_admin = true;
    const SessionTable::Admitted admitted = sessions_.admit(session, std::move(player), now_);
    admins_.admins.emplace(session.id(), AdminGate::Admin{});
    welcome(admitted, false);
}

bool Server::Loop::is_keyless(const Session& session, Time now) const {
    return session.player().is_admin &&
           admins_.admins.at(session.id()).rights == AdminRights::none &&
           now - session.entered() >= config_.handshake_timeout;
}

void Server::Loop::route_admin(Session& session, const wire::Envelope& envelope) {
    const wire::Call* const call = envelope.message_as_Call();
    const bool is_ours =
        call && call->room() == 0 && wire::view_of(call->name()) == wire::admin_call;
    if (!is_ours) return charge(session, &RefusedStats::unexpected_messages);
    const wire::AdminRequest* const request =
        wire::decode_admin_request(wire::view_of(call->payload()));
    if (!request) return charge(session, &RefusedStats::malformed_messages);
    AdminGate::Admin& admin = admins_.admins.at(session.id());
    std::string problem;
    const Bytes reply = answer_admin(session, admin, *request, problem);
    const auto error = reply.empty() ? wire::RequestError::not_allowed : wire::RequestError::none;
    ENGINE_NET_ASSERT(reply.size() <= max_call_bytes);
    answer(session, call->request(), error, problem, reply);
}

/// Nothing: `problem` says why not.
Bytes Server::Loop::answer_admin(Session& session,
                                 AdminGate::Admin& admin,
                                 const wire::AdminRequest& request,
                                 std::string& problem) {
    switch (request.ask_type()) {
    case wire::AdminAsk::AdminBegin:
        secrets_.fill(admin.number);
        admin.has_number = true;
        return admins_.teller.challenge(admin.number);
    case wire::AdminAsk::AdminLogin:
        return log_in_admin(session, admin, *request.ask_as_AdminLogin(), problem);
    default: break;
    }
    if (admin.rights == AdminRights::none) {
        problem = "the key comes first";
        return {};
    }
    switch (request.ask_type()) {
    case wire::AdminAsk::AdminAskServer: return tell_server(*request.ask_as_AdminAskServer());
    case wire::AdminAsk::AdminAskRooms: return tell_rooms(request.ask_as_AdminAskRooms()->first());
    case wire::AdminAsk::AdminAskRoom: return tell_room(*request.ask_as_AdminAskRoom());
    case wire::AdminAsk::AdminAskSchema: return tell_schema(*request.ask_as_AdminAskSchema());
    case wire::AdminAsk::AdminAskEntities: return tell_entities(*request.ask_as_AdminAskEntities());
    case wire::AdminAsk::AdminAskBytes: return tell_bytes(*request.ask_as_AdminAskBytes());
    case wire::AdminAsk::AdminAskMessages: return tell_messages();
    case wire::AdminAsk::AdminAct: problem = act(session, admin, *request.ask_as_AdminAct()); break;
    default: problem = "nobody knows how to do that"; break;
    }
    return problem.empty() ? admins_.teller.done() : Bytes{};
}

Bytes Server::Loop::log_in_admin(Session& session,
                                 AdminGate::Admin& admin,
                                 const wire::AdminLogin& login,
                                 std::string& problem) {
    if (!session.limits.guesses.take(now_)) {
        problem = "too many attempts: wait a while";
        return {};
    }
    const bool has_number = std::exchange(admin.has_number, false);
    const auto knows = [&](const std::optional<AdminKey>& key) {
        return has_number && key && proves(*key, admin.number, wire::view_of(login.proof()));
    };
    const std::string from = shortened(host_->link_of(session.peer())->address);
    if (knows(admins_.key)) {
        admin.rights = AdminRights::full;
    } else if (knows(admins_.read_key)) {
        admin.rights = AdminRights::read_only;
    } else {
        problem = "the key is wrong";
        log(LogLevel::warning, "admin: a wrong key from " + from);
        return {};
    }
    log(LogLevel::info,
        "admin: one from " + from +
            (admin.rights == AdminRights::full ? " with full rights" : " who only looks"));
    return admins_.teller.welcome(admin.rights, config_.tick_rate);
}

Bytes Server::Loop::tell_server(const wire::AdminAskServer& ask) {
    const std::deque<TickRecord>& ticks = admins_.ticks;
    auto first = ticks.begin();
    if (ask.has_after()) {
        first = std::ranges::find_if(ticks, [&](const TickRecord& record) {
            return record.tick > Tick{ask.after()};
        });
    }
    const std::vector<TickRecord> newest(first, ticks.end());
    return admins_.teller.server(stats(), told_links(), newest);
}

AdminLinks Server::Loop::told_links() const {
    const WorsenedLinks& links = admins_.links;
    const LinkSimulation* const all = links.find({});
    return {static_cast<std::uint32_t>(links.count()), all ? text_of(*all) : ""};
}

Bytes Server::Loop::tell_rooms(std::uint32_t first) {
    admins_.teller.begin_rooms();
    std::uint32_t next = 0;
    const auto& rooms = directory_.rooms();
    for (auto place = rooms.lower_bound(RoomId{first}); place != rooms.end(); ++place) {
        const RoomInstance& room = *place->second;
        const RoomMeter& meter = room.meter();
        const bool is_added = admins_.teller.add_room({.summary = room.summary(now_),
                                                       .is_private = room.settings().is_private,
                                                       .is_paused = room.is_paused(),
                                                       .takes_bots = room.takes_bots(),
                                                       .is_recorded = room.is_recorded(),
                                                       .recorded_as = room.recorded_as(),
                                                       .tick_p50_us = meter.tick_us(50),
                                                       .tick_p99_us = meter.tick_us(99),
                                                       .bytes_in = meter.bytes_in,
                                                       .bytes_out = meter.bytes_out});
        if (is_added) continue;
        next = room.id().value;
        break;
    }
    return admins_.teller.rooms(first, next);
}

Bytes Server::Loop::tell_room(const wire::AdminAskRoom& ask) {
    const RoomId id{ask.room()};
    const RoomInstance* const room = directory_.find(id);
    const auto ticks =
        room ? room->meter().ticks_after(Tick{ask.after_tick()}) : std::vector<RoomTickRecord>();
    admins_.teller.begin_room(ticks);
    AdminRoomView view{.id = id, .tick = tick_};
    if (!room) return admins_.teller.room(view, false);
    for (const auto& [who, member] : room->roster().members()) {
        if (!admins_.teller.add_member(details_of(*room, member))) break;
    }
    if (const auto channel = channels_.read(room_channel(id), false)) {
        view.listeners = static_cast<std::uint32_t>(channel->subscribers);
        const ChannelLog& log = *channel->log;
        const std::uint64_t oldest =
            std::max({log.begin(), ask.after() + 1, log.end() - std::min(log.end(), most_lines)});
        for (std::uint64_t number = oldest; number < log.end(); ++number) {
            const ChannelLog::Message& said = log.at(number);
            const std::string text(said.payload.begin(), said.payload.end());
            if (!admins_.teller.add_said({number, said.name, said.event, text})) break;
        }
    }
    for (const AdminGate::Act& act : admins_.acts) {
        if (act.room == id && !admins_.teller.add_act(act.text)) break;
    }
    view.host = room->roster().host();
    return admins_.teller.room(view, true);
}

AdminMember Server::Loop::details_of(const RoomInstance& room, const RoomMember& member) {
    AdminMember details{.member = member,
                        .inputs = room.input_stats(member.id),
                        .budget = room.kind().bytes_per_second};
    if (const Viewer* const viewer = room.viewer_of(member.id)) {
        details.bytes_out = viewer->bytes();
        details.limited_ticks = viewer->limited_ticks();
        details.loss_out = viewer->loss();
        const std::int32_t age = tick_ - viewer->newest_acked().value_or(tick_);
        details.snapshot_age = static_cast<std::uint32_t>(std::max(age, 0));
    }
    const std::optional<SessionId> id = room.session_of(member.id);
    const Session* const session = id ? sessions_.find(*id) : nullptr;
    if (!session) return details;
    details.round_trip = session->heartbeats.round_trip();
    details.jitter = session->heartbeats.jitter();
    details.resumes = session->resumes;
    if (const LinkSimulation* const link = admins_.links.find(*id))
        details.worsened_link = text_of(*link);
    if (const auto seat = seats_.find(*id); seat != seats_.end()) {
        details.input_lead = seat->second.inputs.report().lead;
        details.bytes_in = seat->second.bytes_in;
        details.loss_in = seat->second.inputs.loss();
    }
    if (const auto link =
            session->peer().is_set() ? host_->link_of(session->peer()) : std::nullopt) {
        details.address = shortened(link->address);
        details.bytes_waiting = link->reliable_bytes_waiting;
    }
    return details;
}

Bytes Server::Loop::tell_schema(const wire::AdminAskSchema& ask) {
    const RoomInstance* const room = directory_.find(RoomId{ask.room()});
    const Bytes schema = room ? Bytes(room->kind().compiled.bytes) : Bytes();
    const std::uint64_t digest = room ? room->kind().schema.digest() : 0;
    return admins_.teller.schema(RoomId{ask.room()}, digest, schema, ask.offset());
}

/// For admins: what the tick took, and what went over the wire since the one before.
void Server::Loop::record_tick(const std::array<Duration, stage_count>& stages, bool is_late) {
    if (!admins_.key && !admins_.read_key) return;
    const LinkStats link = host_->stats();
    const LinkStats& counted = admins_.counted;
    const auto since = [](std::uint64_t now, std::uint64_t before) {
        return static_cast<std::uint32_t>(now - before);
    };
    TickRecord record{.tick = tick_,
                      .datagrams_in = since(link.datagrams_in, counted.datagrams_in),
                      .datagrams_out = since(link.datagrams_out, counted.datagrams_out),
                      .bytes_in = since(link.bytes_in, counted.bytes_in),
                      .bytes_out = since(link.bytes_out, counted.bytes_out),
                      .is_late = is_late};
    std::ranges::transform(stages, record.us.begin(), [](Duration duration) {
        return static_cast<std::uint32_t>(std::max<std::int64_t>(duration.count(), 0));
    });
    admins_.counted = link;
    admins_.ticks.push_back(record);
    if (admins_.ticks.size() > AdminGate::kept_ticks) admins_.ticks.pop_front();
}

} // namespace engine_net
