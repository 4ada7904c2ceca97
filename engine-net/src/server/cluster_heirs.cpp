#include "server/cluster.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace engine_net {

// What becomes of those whose server is gone: any other takes them in by their tickets. The first
// of a room that is asked for opens it anew, and is its heir; it claims that of the cluster, so
// that all who were in it come together again.

namespace {

/// What is claimed is the id of the new room.
constexpr std::string_view heir_prefix = "heir/";
/// For which those of a lost room are brought together.
constexpr std::chrono::minutes heir_time{2};

std::string heir_key(RoomId room) {
    return std::string(heir_prefix) + std::to_string(room.value);
}

/// Unset: it is none.
RoomId room_of(std::string_view digits) {
    RoomId room;
    std::from_chars(digits.data(), digits.data() + digits.size(), room.value);
    return room;
}

/// That it had at the server that is gone.
SeatGrant kept_seat(const TicketGrant& ticket) {
    SeatGrant grant{.room = ticket.room, .presence = ticket.presence};
    grant.player = ticket.player;
    grant.session = ticket.session;
    return grant;
}

} // namespace

/// It has come, or come back, so short a time ago that it may not know of all the others yet: it
/// calls none of them gone. What one that comes back knew of them it knows still.
bool Server::Loop::Cluster::is_settling() const {
    return gate_.is_up() && loop_.now_ < settled_;
}

bool Server::Loop::Cluster::resume_elsewhere(Session& incoming, const wire::Resume& resume) {
    auto ticket = open_ticket(keys_, wire::view_of(resume.ticket()));
    if (ticket && ticket->expires_at < unix_time()) ticket.reset();
    if (ticket && awaits(kept_seat(*ticket))) {
        let_in_again(incoming, *ticket, nullptr);
        return true;
    }
    const cluster::NodeId own = gate_.stay().node;
    const cluster::NodeId at = node_of(SessionId{resume.session()});
    if (const ClusterGate::Node* const node = gate_.find(at); node && at != own) {
        refuse_elsewhere(incoming, *node, {});
        return true;
    }
    if (ticket && follow_room(incoming, *ticket)) return true;
    // One that was here in an earlier life of this server would be sent back here.
    if (loop_.drain_ && at != own) {
        if (const ClusterGate::Node* const node = gate_.other_node()) {
            refuse_elsewhere(incoming, *node, {});
            return true;
        }
    }
    if (!ticket) return false;
    if (is_settling()) {
        loop_.refuse(incoming, wire::RefuseReason::not_yet, "the server gets to know its cluster");
        return true;
    }
    take_in(incoming, std::move(*ticket));
    return true;
}

void Server::Loop::Cluster::refuse_elsewhere(Session& session,
                                             const ClusterGate::Node& node,
                                             Bytes seat) {
    const PeerId peer = session.peer();
    loop_.transmit(
        peer,
        Channel::control,
        loop_.encoder_.refuse_elsewhere({node.record.address, node.record.server_key, seat},
                                        "the session is at another server"));
    loop_.sessions_.close(session, loop_.now_);
    loop_.close_peer(peer);
}

/// Whose room has gone to another server meanwhile. False: it has not.
bool Server::Loop::Cluster::follow_room(Session& incoming, const TicketGrant& ticket) {
    const ClusterGate::Node* const node = gate_.holder_of(ticket.room);
    if (!node) return false;
    refuse_elsewhere(incoming, *node, seal_seat_for(*node, kept_seat(ticket)));
    return true;
}

/// Whose session was at a server that is gone.
void Server::Loop::Cluster::take_in(Session& incoming, TicketGrant ticket) {
    const RoomId lost = ticket.room;
    // If it is here, its seat has waited for it, or no more.
    if (loop_.directory_.find(lost)) return let_in_again(incoming, ticket, nullptr);
    const bool can_open =
        lost.is_set() && loop_.directory_.find_kind(ticket.kind) && gate_.is_up() && !loop_.drain_;
    if (!can_open) return let_in_again(incoming, ticket, nullptr);
    incoming.auth_ticket = ++loop_.last_auth_ticket_;
    RoomId& heir = heirs_[lost];
    const bool is_claimed = lost_seats_.contains(lost) || loop_.directory_.find(heir);
    if (!is_claimed) heir = loop_.directory_.claim_id();
    lost_seats_[lost].push_back({incoming.peer(), std::move(ticket)});
    gate_.backplane().claim(heir_key(lost), std::to_string(heir.value), heir_time);
}

/// A room that has come here, so that who does not know it opens none anew.
void Server::Loop::Cluster::claim_moved(RoomId room) {
    gate_.backplane().claim(heir_key(room), std::to_string(room.value), heir_time);
}

/// It goes on, to one that will claim it.
void Server::Loop::Cluster::release_moved(const RoomInstance& room) {
    if (room.settings().moves > 0) gate_.backplane().release(heir_key(room.id()));
}

void Server::Loop::Cluster::let_in_again(Session& session,
                                         const TicketGrant& ticket,
                                         RoomInstance* room) {
    if (loop_.sessions_.count() >= 2 * std::size_t{loop_.config_.max_peers})
        return loop_.refuse(session, wire::RefuseReason::server_full, "too many players");
    const SessionTable::Admitted admitted =
        loop_.sessions_.admit(session, ticket.player, loop_.now_);
    session.continues = ticket.session;
    loop_.users_.enter(session.id(), session.player().user, session.player().name);
    const SeatGrant kept = kept_seat(ticket);
    if (awaits(kept)) {
        take_kept(session, kept);
    } else if (room && room->is_open() && !room->has_banned(session.player().user)) {
        wire::ControlEncoder::JoinAnswer answer{};
        std::string detail;
        loop_.take_seat(session, *room, {.id = {}, .session = session.id()}, answer, detail);
    }
    loop_.welcome(admitted, false);
    tell_kept(session, kept);
}

/// It is decided who opens a lost room anew.
void Server::Loop::Cluster::settle_heir(RoomId lost, RoomId heir, cluster::NodeId holder) {
    auto waiting = lost_seats_.extract(lost);
    if (waiting.empty()) return;
    if (holder != gate_.stay().node) heirs_.erase(lost);
    for (LostSeat& seat : waiting.mapped()) {
        Session* const session = loop_.sessions_.find(seat.peer);
        if (!session || session->state() != SessionState::connecting) continue;
        if (holder == gate_.stay().node) {
            RoomInstance* const room = heir_room(heir, seat.ticket);
            let_in_again(*session, seat.ticket, room);
        } else if (const ClusterGate::Node* const node = gate_.find(holder)) {
            SeatGrant grant{.room = heir};
            if (heir == lost) grant.presence = seat.ticket.presence; // it has only moved
            grant.player = std::move(seat.ticket.player);
            grant.session = seat.ticket.session;
            refuse_elsewhere(*session, *node, seal_seat_for(*node, std::move(grant)));
        } else {
            let_in_again(*session, seat.ticket, nullptr);
        }
    }
}

/// Null: there are too many.
RoomInstance* Server::Loop::Cluster::heir_room(RoomId heir, const TicketGrant& ticket) {
    if (RoomInstance* const room = loop_.directory_.find(heir)) return room;
    return loop_.directory_.create(*loop_.directory_.find_kind(ticket.kind),
                                   {.id = heir,
                                    .name = ticket.room_name,
                                    .invite = loop_.new_invite(),
                                    .seed = loop_.secrets_.next()},
                                   loop_.tick_,
                                   loop_.now_);
}

/// While this server's lease had lapsed, others may have opened its rooms anew, for players who
/// could not reach it.
void Server::Loop::Cluster::on(cluster::tell::Entered& entered) {
    const bool has_other_number = entered.stay.node != gate_.stay().node;
    gate_.set_stay(entered.stay);
    settled_ = std::max(settled_, loop_.now_ + catching_up_time);
    loop_.log(LogLevel::warning, "the cluster had taken this server for dead: it is back");
    if (has_other_number) number_ids();
    for (const auto& [id, room] : loop_.directory_.rooms()) {
        gate_.backplane().claim(heir_key(id), std::to_string(id.value), config().lease_time);
    }
}

void Server::Loop::Cluster::on(cluster::tell::Claimed& claimed) {
    const std::string_view name = claimed.name;
    if (name == matcher_claim) return take_matcher(claimed.holder);
    if (!name.starts_with(heir_prefix)) return;
    const RoomId lost = room_of(name.substr(heir_prefix.size()));
    const RoomId heir = room_of(claimed.value);
    RoomInstance* const room = loop_.directory_.find(lost);
    if (!room) return settle_heir(lost, heir, claimed.holder);
    if (claimed.holder == gate_.stay().node) {
        if (!taken_.contains(lost)) gate_.backplane().release(claimed.name);
        return;
    }
    if (heir == lost) return; // a server's that has had it, and let it go
    hand_over(*room, heir, claimed.holder);
}

/// A room of ours that another server has opened anew meanwhile: that one's has the players now,
/// and these go there too. Ours stands still until the last has left.
void Server::Loop::Cluster::hand_over(RoomInstance& room, RoomId heir, cluster::NodeId holder) {
    const ClusterGate::Node* const node = gate_.find(holder);
    loop_.log(LogLevel::warning, "a room was opened anew by another server: its players go there");
    room.pause(0);
    if (node) move_players(room, *node, heir, "the room goes on at another server");
    room.close("the room goes on at another server");
}

/// Each with a seat token for that room.
void Server::Loop::Cluster::move_players(const RoomInstance& room,
                                         const ClusterGate::Node& node,
                                         RoomId to,
                                         std::string_view reason) {
    for (const Presence* presence : room.presences()) {
        Session* const session = loop_.sessions_.find(presence->session());
        if (session) send_move(*session, node, {.room = to}, reason);
    }
}

void Server::Loop::Cluster::send_move(Session& session,
                                      const ClusterGate::Node& node,
                                      SeatGrant grant,
                                      std::string_view reason) {
    grant.player = session.player();
    grant.session = session.id();
    const std::vector<std::uint8_t> seat = seal_seat_for(node, std::move(grant));
    const wire::ControlEncoder::Elsewhere elsewhere{
        node.record.address, node.record.server_key, seat};
    loop_.send_logged(session,
                      loop_.encoder_.move(session.outgoing.next_offset(), elsewhere, reason));
}

} // namespace engine_net
