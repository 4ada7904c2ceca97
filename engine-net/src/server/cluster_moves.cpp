#include "server/cluster.hpp"
#include "server/web.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <utility>

namespace engine_net {

// A room goes to another server while it is played. Here it stands still from when it is saved
// until the other server has it; then its players are sent after it, each with its seat. There it
// goes on at once, and what it tells those who have not arrived yet is kept for them.

namespace {

using namespace std::chrono_literals;

/// For which another server may think about it.
constexpr Duration answer_time = 3s;
/// A player who has not arrived by then is shown as one whose link is lost.
constexpr Duration arrival_time = 5s;
/// For which a session may take to follow its room; then it is in none.
constexpr Duration following_time = 10s;
/// Of events that come for a room on its way, and of those that are kept for one of its players.
constexpr std::size_t most_late_bytes = 256 * 1024;

constexpr const char* going_elsewhere = "the room goes on at another server";

} // namespace

/// True: it is on its way, or about to be.
bool Server::Loop::Cluster::move_away(RoomInstance& room) {
    LeavingRoom& leaving = leaving_[room.id()];
    if (leaving.to.is_set() && loop_.now_ < leaving.deadline) return true;
    if (leaving.to.is_set()) leaving.tried.insert(std::exchange(leaving.to, {}));
    const ClusterGate::Node* const node = gate_.is_up() ? other_node(leaving.tried) : nullptr;
    // Of two servers that may both think that they have it, the later one does.
    const auto moves = room.settings().moves + 1 + static_cast<std::uint32_t>(leaving.tried.size());
    auto saved = node ? saved_for_move(room, moves) : std::nullopt;
    if (!saved) {
        room.set_frozen(false);
        for (const LateEvent& late : std::exchange(leaving.late, {}))
            room.receive_event(late.presence, late.bytes);
        return false;
    }
    leaving.to = node->stay.node;
    leaving.moves = moves;
    leaving.deadline = loop_.now_ + answer_time;
    leaving.saved.clear();
    for (const Presence* presence : room.presences()) leaving.saved.push_back(presence->id());
    room.set_frozen(true);
    release_moved(room);
    gate_.backplane().send(leaving.to, std::move(*saved));
    return true;
}

/// As a message; nothing: it can't be moved.
std::optional<std::vector<std::uint8_t>>
Server::Loop::Cluster::saved_for_move(const RoomInstance& room, std::uint32_t moves) const {
    if (room.presences().empty()) return std::nullopt;
    auto saved = room.save(loop_.now_);
    if (!saved) return std::nullopt;
    saved->moves = moves;
    saved->is_match = loop_.matches_.has_opened(room.id());
    saved->reservations = loop_.directory_.reservations(room.id(), loop_.now_);
    std::vector<std::uint8_t> message = wire::encode_saved_room(*saved);
    if (message.size() > cluster::max_message_bytes) return std::nullopt;
    return message;
}

const ClusterGate::Node* Server::Loop::Cluster::other_node(const std::set<cluster::NodeId>& tried) {
    for (std::size_t i = 0; i < gate_.nodes().size(); ++i) {
        const ClusterGate::Node* const node = gate_.other_node();
        if (node && !tried.contains(node->stay.node)) return node;
    }
    return nullptr;
}

/// At the other server.
void Server::Loop::Cluster::take(cluster::NodeId from, const wire::tables::SavedRoom& table) {
    const RoomId id{table.room()};
    std::string problem = problem_with(table);
    RoomInstance* room = nullptr;
    if (problem.empty()) {
        wire::SavedRoom saved = wire::saved_room_of(table);
        const RoomKind& kind = *loop_.directory_.find_kind(saved.kind);
        if (!kind.accepts(saved.metadata)) saved.metadata.clear();
        room = loop_.directory_.take_up(kind, saved, loop_.tick_, loop_.now_);
        if (room) {
            await_players(*room, saved);
            show_here(*room);
        } else {
            problem = "its game can't go on with it, or there are too many rooms";
        }
    }
    // The others know of it here before it is gone there.
    gate_.tell_changes_now(loop_.now_);
    gate_.backplane().send(from, wire::encode_room_taken(id, problem));
    if (room) loop_.log(LogLevel::info, "a room of another server goes on here");
}

/// Why it can't be here.
std::string Server::Loop::Cluster::problem_with(const wire::tables::SavedRoom& room) const {
    const RoomKind* const kind = loop_.directory_.find_kind(wire::view_of(room.kind()));
    if (loop_.drain_ || loop_.is_stopping_) return "it takes no rooms any more";
    if (!kind) return "it has no rooms of this kind";
    if (kind->schema.digest() != room.schema_digest()) return "its schema is another one";
    return {};
}

void Server::Loop::Cluster::await_players(const RoomInstance& room, const wire::SavedRoom& saved) {
    TakenRoom& taken = taken_[room.id()];
    taken.missing_at = loop_.now_ + arrival_time;
    taken.until = loop_.now_ + std::max(room.kind().grace_time, arrival_time);
    for (const wire::SavedRoom::Member& one : saved.members)
        taken.awaited.push_back({one.session, one.member.id});
    if (saved.is_match) loop_.matches_.note_opened(room.id());
    std::vector<std::string> codes;
    if (!saved.invite.empty()) codes.push_back(saved.invite);
    for (const wire::SavedRoom::Reservation& kept : saved.reservations) codes.push_back(kept.code);
    gate_.tell_moved(room.id(), codes);
    claim_moved(room.id());
}

/// Where it was.
void Server::Loop::Cluster::take(cluster::NodeId from, const wire::tables::RoomTaken& taken) {
    const RoomId id{taken.room()};
    const auto leaving = leaving_.find(id);
    RoomInstance* const room = loop_.directory_.find(id);
    const bool is_awaited = leaving != leaving_.end() && leaving->second.to == from && room;
    const ClusterGate::Node* const node = gate_.find(from);
    if (is_awaited && taken.is_taken() && node) return follow(*room, *node);
    if (taken.is_taken()) {
        // Too late: it has ended here.
        return gate_.backplane().send(from, wire::encode_seat_gone(id, {}));
    }
    if (!is_awaited) return;
    loop_.log(LogLevel::warning,
              "a room could not go on at another server: " +
                  std::string(wire::view_of(taken.reason())));
    leaving->second.deadline = loop_.now_;
}

/// Its players go after it; nothing of it is left here.
void Server::Loop::Cluster::follow(RoomInstance& room, const ClusterGate::Node& node) {
    const RoomId id = room.id();
    const cluster::NodeId to = node.stay.node;
    const auto leaving = leaving_.extract(id);
    for (const PresenceId who : leaving.mapped().saved) {
        if (!room.has(who)) gate_.backplane().send(to, wire::encode_seat_gone(id, who));
    }
    for (const LateEvent& late : leaving.mapped().late)
        gate_.backplane().send(to, wire::encode_late_event(id, late.presence, late.bytes));
    for (const Presence* presence : room.presences())
        send_after(*loop_.sessions_.find(presence->session()), *presence, id, node);
    const bool is_watched_here = loop_.web_ && loop_.web_->watched.erase(id) > 0;
    feeds_.forget(id);
    std::optional<RoomSummary> line = loop_.directory_.line_of(id, loop_.now_);
    loop_.forget_room(room);
    if (line) gate_.put_moved(std::move(*line), leaving.mapped().moves, to, loop_.now_);
    if (is_watched_here) watch_remote_feed(id, true);
    loop_.log(LogLevel::info, "a room goes on at " + node.record.name);
}

void Server::Loop::Cluster::send_after(Session& session,
                                       const Presence& presence,
                                       RoomId room,
                                       const ClusterGate::Node& node) {
    loop_.seats_.erase(session.id());
    ++loop_.stats_.leaves;
    if (!session.peer().is_set()) {
        // When it is back it finds its room by its ticket.
        loop_.forget(session);
        return loop_.sessions_.close(session, loop_.now_);
    }
    loop_.note_place(session.id());
    session.next_ticket = loop_.now_;
    session.is_moved = true;
    gone_[session.id()] = {room, presence.id(), node.stay.node, loop_.now_ + following_time};
    SeatGrant grant{.room = room, .presence = presence.id()};
    send_move(session, node, std::move(grant), going_elsewhere);
}

/// At the other server: whether that seat waits for that session.
bool Server::Loop::Cluster::awaits(const SeatGrant& grant) const {
    const auto taken = taken_.find(grant.room);
    // It may have been sent away before it came.
    const bool has_seat =
        taken != taken_.end() && loop_.directory_.find(grant.room)->has(grant.presence);
    return has_seat && std::ranges::any_of(taken->second.awaited, [&grant](const Awaited& awaited) {
               return awaited.presence == grant.presence && awaited.former == grant.session;
           });
}

/// The seat that `awaits` spoke of.
void Server::Loop::Cluster::take_kept(Session& session, const SeatGrant& grant) {
    RoomInstance& room = *loop_.directory_.find(grant.room);
    room.take_over(grant.presence, session.id());
    loop_.seats_.emplace(session.id(), Seat{&room, grant.presence});
    loop_.directory_.note_change(room);
    loop_.note_place(session.id());
    session.next_ticket = loop_.now_;
    ++loop_.stats_.joins;
}

/// What the room told it while it was on its way, now that it has been welcomed.
void Server::Loop::Cluster::tell_kept(Session& session, const SeatGrant& grant) {
    const auto taken = taken_.find(grant.room);
    if (taken == taken_.end()) return;
    auto& awaited = taken->second.awaited;
    const auto one = std::ranges::find(awaited, grant.presence, &Awaited::presence);
    if (one == awaited.end()) return;
    const Awaited arrived = std::move(*one);
    awaited.erase(one);
    for (const std::vector<std::uint8_t>& event : arrived.events) {
        loop_.send_logged(session,
                          loop_.encoder_.event(session.outgoing.next_offset(), grant.room, event));
    }
}

void Server::Loop::Cluster::keep_event(RoomInstance& room, PresenceId to, Bytes event) {
    const auto taken = taken_.find(room.id());
    if (taken == taken_.end()) return;
    const auto one = std::ranges::find(taken->second.awaited, to, &Awaited::presence);
    if (one == taken->second.awaited.end()) return;
    one->bytes += event.size();
    if (one->bytes > most_late_bytes) {
        // As a session whose log is full: it has missed something, and can't go on.
        taken->second.awaited.erase(one);
        return leave(room, to);
    }
    one->events.emplace_back(event.begin(), event.end());
}

void Server::Loop::Cluster::leave(RoomInstance& room, PresenceId who) {
    room.leave(who, LeaveReason::timed_out, loop_.now_);
    loop_.directory_.note_change(room);
}

/// An event for a room that is on its way, or gone. False: for another one.
bool Server::Loop::Cluster::take_late_event(const Session& session, RoomId room, Bytes event) {
    if (const auto gone = gone_.find(session.id());
        gone != gone_.end() && gone->second.room == room) {
        gate_.backplane().send(gone->second.to,
                               wire::encode_late_event(room, gone->second.presence, event));
        return true;
    }
    const Seat* const seat = loop_.seat_of(session);
    if (!seat || seat->room->id() != room || !seat->room->is_frozen()) return false;
    LeavingRoom& leaving = leaving_[room];
    leaving.late_bytes += event.size();
    if (leaving.late_bytes > most_late_bytes) {
        ++loop_.stats_.refused.too_fast;
        return true;
    }
    leaving.late.push_back({seat->presence, {event.begin(), event.end()}});
    return true;
}

void Server::Loop::Cluster::take(cluster::NodeId, const wire::tables::LateEvent& late) {
    RoomInstance* const room = loop_.directory_.find(RoomId{late.room()});
    if (room && !room->receive_event(PresenceId{late.presence()}, wire::view_of(late.event())))
        gate_.note_refused();
}

/// Nobody: the whole room has ended there after all.
void Server::Loop::Cluster::take(cluster::NodeId, const wire::tables::SeatGone& gone) {
    const RoomId id{gone.room()};
    const PresenceId who{gone.presence()};
    const auto taken = taken_.find(id);
    if (taken == taken_.end()) return;
    RoomInstance& room = *loop_.directory_.find(id);
    const std::vector<Awaited> awaited = taken->second.awaited;
    for (const Awaited& one : awaited) {
        if (!who.is_set() || one.presence == who) leave(room, one.presence);
    }
    std::erase_if(taken->second.awaited, [who](const Awaited& one) {
        return !who.is_set() || one.presence == who;
    });
    if (!who.is_set()) room.close("it has ended at the server that it came from");
}

/// It leaves a room that has gone to another server, before it has gone there itself. False: it was
/// in none.
bool Server::Loop::Cluster::leave_gone(Session& session) {
    const auto gone = gone_.extract(session.id());
    if (gone.empty()) return false;
    const GoneSeat& seat = gone.mapped();
    gate_.backplane().send(seat.to, wire::encode_seat_gone(seat.room, seat.presence));
    loop_.send_logged(
        session,
        loop_.encoder_.room_left(session.outgoing.next_offset(), seat.room, LeaveReason::left, {}));
    return true;
}

void Server::Loop::Cluster::poll_moves() {
    std::vector<SessionId> left_behind;
    for (const auto& [session, seat] : gone_) {
        if (loop_.now_ >= seat.deadline) left_behind.push_back(session);
    }
    for (const SessionId id : left_behind) leave_gone(*loop_.sessions_.find(id));

    for (auto taken = taken_.begin(); taken != taken_.end();) {
        const bool is_over = poll_arrivals(*loop_.directory_.find(taken->first), taken->second);
        taken = is_over ? taken_.erase(taken) : std::next(taken);
    }
}

/// True: nobody is waited for any more.
bool Server::Loop::Cluster::poll_arrivals(RoomInstance& room, TakenRoom& taken) {
    if (loop_.now_ >= taken.missing_at) {
        taken.missing_at = Time::max();
        for (const Awaited& one : taken.awaited) room.miss(one.presence);
    }
    if (loop_.now_ < taken.until) return taken.awaited.empty();
    for (const Awaited& one : std::exchange(taken.awaited, {})) leave(room, one.presence);
    return true;
}

void Server::Loop::Cluster::forget_room(RoomId room) {
    leaving_.erase(room);
    taken_.erase(room);
    gate_.tell_moved(room, {});
}

} // namespace engine_net
