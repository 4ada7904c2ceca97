#include "server/loop.hpp"

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

} // namespace

/// A resume that is not this server's. False: nobody's that there is.
bool Server::Loop::resume_elsewhere(Session& incoming, const wire::Resume& resume) {
    if (!cluster_) return false;
    const cluster::NodeId own = cluster_->stay().node;
    const cluster::NodeId at = node_of(SessionId{resume.session()});
    if (const ClusterGate::Node* const node = cluster_->find(at); node && at != own) {
        refuse_elsewhere(incoming, *node, {});
        return true;
    }
    if (const ClusterGate::Node* const node = drain_ ? cluster_->other_node() : nullptr) {
        refuse_elsewhere(incoming, *node, {});
        return true;
    }
    auto ticket = open_ticket(*cluster_keys_, wire::view_of(resume.ticket()));
    if (!ticket || ticket->expires_at < unix_time()) return false;
    take_in(incoming, std::move(*ticket));
    return true;
}

void Server::Loop::refuse_elsewhere(Session& session, const ClusterGate::Node& node, Bytes seat) {
    const PeerId peer = session.peer();
    transmit(peer,
             Channel::control,
             encoder_.refuse_elsewhere({node.record.address, node.record.server_key, seat},
                                       "the session is at another server"));
    sessions_.close(session, now_);
    close_peer(peer);
}

/// Whose session was at a server that is gone.
void Server::Loop::take_in(Session& incoming, TicketGrant ticket) {
    const RoomId lost = ticket.room;
    if (!lost.is_set() || !directory_.find_kind(ticket.kind) || !cluster_->is_up())
        return let_in_again(incoming, ticket, nullptr);
    incoming.auth_ticket = ++last_auth_ticket_;
    lost_seats_[lost].push_back({incoming.peer(), std::move(ticket)});
    RoomId& heir = heirs_[lost];
    if (!directory_.find(heir)) heir = directory_.claim_id();
    cluster_->backplane().claim(heir_key(lost), std::to_string(heir.value), heir_time);
}

void Server::Loop::let_in_again(Session& session, const TicketGrant& ticket, RoomInstance* room) {
    if (sessions_.count() >= 2 * std::size_t{config_.max_peers})
        return refuse(session, wire::RefuseReason::server_full, "too many players");
    const SessionTable::Admitted admitted = sessions_.admit(session, ticket.player, now_);
    session.continues = ticket.session;
    users_.enter(session.id(), session.player().user, session.player().name);
    if (room && room->is_open() && !room->has_banned(session.player().user)) {
        wire::ControlEncoder::JoinAnswer answer{};
        std::string detail;
        take_seat(session, *room, {.id = {}, .session = session.id()}, answer, detail);
    }
    welcome(admitted, false);
}

/// It is decided who opens a lost room anew.
void Server::Loop::settle_heir(RoomId lost, RoomId heir, cluster::NodeId holder) {
    auto waiting = lost_seats_.extract(lost);
    if (waiting.empty()) return;
    if (holder != cluster_->stay().node) heirs_.erase(lost);
    for (LostSeat& seat : waiting.mapped()) {
        Session* const session = sessions_.find(seat.peer);
        if (!session || session->state() != SessionState::connecting) continue;
        if (holder == cluster_->stay().node) {
            RoomInstance* const room = heir_room(heir, seat.ticket);
            let_in_again(*session, seat.ticket, room);
        } else if (const ClusterGate::Node* const node = cluster_->find(holder)) {
            SeatGrant grant{.room = heir};
            grant.player = std::move(seat.ticket.player);
            grant.session = seat.ticket.session;
            refuse_elsewhere(*session, *node, seal_seat_for(*node, std::move(grant)));
        } else {
            let_in_again(*session, seat.ticket, nullptr);
        }
    }
}

/// Null: there are too many.
RoomInstance* Server::Loop::heir_room(RoomId heir, const TicketGrant& ticket) {
    if (RoomInstance* const room = directory_.find(heir)) return room;
    return directory_.create(
        *directory_.find_kind(ticket.kind),
        {.id = heir, .name = ticket.room_name, .invite = new_invite(), .seed = secrets_.next()},
        tick_,
        now_);
}

/// While this server's lease had lapsed, others may have opened its rooms anew, for players who
/// could not reach it.
void Server::Loop::on_cluster(cluster::tell::Entered& entered) {
    const bool has_other_number = entered.stay.node != cluster_->stay().node;
    cluster_->set_stay(entered.stay);
    log(LogLevel::warning, "the cluster had taken this server for dead: it is back");
    if (has_other_number) number_ids();
    for (const auto& [id, room] : directory_.rooms()) {
        cluster_->backplane().claim(
            heir_key(id), std::to_string(id.value), config_.cluster->lease_time);
    }
}

void Server::Loop::on_cluster(cluster::tell::Claimed& claimed) {
    const std::string_view name = claimed.name;
    if (name == matcher_claim) return take_matcher(claimed.holder);
    if (!name.starts_with(heir_prefix)) return;
    const RoomId lost = room_of(name.substr(heir_prefix.size()));
    const RoomId heir = room_of(claimed.value);
    RoomInstance* const room = directory_.find(lost);
    if (!room) return settle_heir(lost, heir, claimed.holder);
    if (claimed.holder == cluster_->stay().node) return cluster_->backplane().release(claimed.name);
    hand_over(*room, heir, claimed.holder);
}

/// A room of ours that another server has opened anew meanwhile: that one's has the players now,
/// and these go there too. Ours stands still until the last has left.
void Server::Loop::hand_over(RoomInstance& room, RoomId heir, cluster::NodeId holder) {
    const ClusterGate::Node* const node = cluster_->find(holder);
    log(LogLevel::warning, "a room was opened anew by another server: its players go there");
    room.pause(0);
    if (node) move_players(room, *node, heir, "the room goes on at another server");
    room.close("the room goes on at another server");
}

/// Each with a seat token for that room.
void Server::Loop::move_players(const RoomInstance& room,
                                const ClusterGate::Node& node,
                                RoomId to,
                                std::string_view reason) {
    for (const Presence* presence : room.presences()) {
        send_move(*sessions_.find(presence->session()), node, to, reason);
    }
}

/// Into a room there, or to its lobby.
void Server::Loop::send_move(Session& session,
                             const ClusterGate::Node& node,
                             RoomId to,
                             std::string_view reason) {
    SeatGrant grant{.room = to};
    grant.player = session.player();
    grant.session = session.id();
    const std::vector<std::uint8_t> seat = seal_seat_for(node, std::move(grant));
    const wire::ControlEncoder::Elsewhere elsewhere{
        node.record.address, node.record.server_key, seat};
    send_logged(session, encoder_.move(session.outgoing.next_offset(), elsewhere, reason));
}

} // namespace engine_net
