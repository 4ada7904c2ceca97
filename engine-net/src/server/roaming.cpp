#include "server/loop.hpp"
#include "wire/control.hpp"

#include <utility>

namespace engine_net {

// Players who come from another server of the cluster, with a seat that it has sealed.

using wire::RequestError;

namespace {

constexpr std::chrono::minutes ticket_time{10};
constexpr std::chrono::minutes ticket_interval{4};

} // namespace

void Server::Loop::let_in_by_seat(Session& session, Bytes token) {
    SeatGate::Shown shown = seat_gate_->look(token);
    if (shown.verdict == SeatVerdict::used) {
        // The answer may have been lost with its link: nobody else can have begun with it as well.
        Session* const began = sessions_.find(shown.began);
        if (began && !began->has_confirmed()) {
            end(*began, LeaveReason::kicked, "its seat was shown again");
            shown.verdict = SeatVerdict::good;
        }
    }
    if (shown.verdict != SeatVerdict::good) {
        ++stats_.refused.seats;
        return refuse_seat(session, RequestError::not_allowed, message(shown.verdict));
    }
    if (drain_) return refuse_seat(session, RequestError::server_closing, drain_->reason);
    if (sessions_.count() >= 2 * std::size_t{config_.max_peers})
        return refuse_seat(session, RequestError::not_now, "too many players");
    const SeatGrant& grant = shown.seat.grant;
    const SessionTable::Admitted admitted = sessions_.admit(session, grant.player, now_);
    session.continues = grant.session;
    users_.enter(session.id(), session.player().user, session.player().name);
    std::string detail;
    const wire::ControlEncoder::JoinAnswer answer = take_granted(session, grant, detail);
    if (grant.reservation != 0) cluster_->backplane().arrived(grant.room, grant.reservation);
    if (answer.error != RequestError::none) {
        forget(session);
        return refuse_seat(session, answer.error, answer.detail);
    }
    seat_gate_->use(shown, session.id());
    welcome(admitted, false);
}

/// The peer knows that it is here: what it was before has ended, whether its goodbye got there or
/// not.
void Server::Loop::end_former(Session& session) {
    const SessionId former = std::exchange(session.continues, {});
    if (!cluster_ || !former.is_set()) return;
    cluster_->backplane().send(node_of(former), wire::encode_session_moved(former));
}

/// Another server's: the session goes on there.
void Server::Loop::take(cluster::NodeId, const wire::tables::SessionMoved& moved) {
    Session* const session = sessions_.find(SessionId{moved.session()});
    if (!session) return;
    // What its peer is still to get, it gets: its own goodbye ends it, or its silence.
    session->has_gone_on = true;
    session->peer().is_set() ? give_up_seat(*session, LeaveReason::left)
                             : end(*session, LeaveReason::left, {});
}

/// The room that it was sent to, or what it had asked for; or just the lobby.
wire::ControlEncoder::JoinAnswer
Server::Loop::take_granted(Session& session, const SeatGrant& grant, std::string& detail) {
    wire::ControlEncoder::JoinAnswer answer{0, RequestError::none, {}, {}, {}, tick_, 0, 0};
    if (grant.room.is_set()) {
        RoomInstance* const room = directory_.find(grant.room);
        if (room) {
            seat_reserved(session, *room, answer, detail);
        } else {
            answer.error = RequestError::no_such_room;
        }
        return answer;
    }
    const wire::Envelope* const envelope = wire::decode_control(grant.join);
    const wire::JoinRoom* const join = envelope ? envelope->message_as_JoinRoom() : nullptr;
    return join ? try_join(session, *join, detail) : answer;
}

void Server::Loop::refuse_seat(Session& session, RequestError error, std::string_view detail) {
    const PeerId peer = session.peer();
    transmit(peer, Channel::control, encoder_.refuse_seat(error, detail));
    sessions_.close(session, now_);
    close_peer(peer);
}

/// For any other server, should this one be gone; empty outside of a cluster.
std::vector<std::uint8_t> Server::Loop::ticket_for(const Session& session) {
    if (!cluster_ || session.player().is_admin) return {};
    TicketGrant ticket;
    ticket.expires_at = unix_time() + ticket_time;
    ticket.node = cluster_->stay().node.value;
    ticket.player = session.player();
    ticket.session = session.id();
    if (const Seat* const seat = seat_of(session)) {
        ticket.room = seat->room->id();
        ticket.presence = seat->presence;
        ticket.kind = seat->room->kind().name;
        ticket.room_name = seat->room->settings().name;
    }
    return seal_ticket(*cluster_keys_, ticket, secrets_);
}

/// Another one when its seat is another, and before the last one expires.
void Server::Loop::send_ticket(Session& session) {
    if (session.state() != SessionState::active || now_ < session.next_ticket) return;
    const std::vector<std::uint8_t> ticket = ticket_for(session);
    session.next_ticket = now_ + ticket_interval;
    if (!ticket.empty())
        send_logged(session, encoder_.ticket(session.outgoing.next_offset(), ticket));
}

} // namespace engine_net
