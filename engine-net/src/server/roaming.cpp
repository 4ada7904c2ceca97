#include "server/cluster.hpp"
#include "wire/control.hpp"

#include <utility>

namespace engine_net {

// Players who come from another server of the cluster, with a seat that it has sealed.

using wire::RequestError;

namespace {

constexpr std::chrono::minutes ticket_time{10};
constexpr std::chrono::minutes ticket_interval{4};

} // namespace

void Server::Loop::Cluster::let_in_by_seat(Session& session, Bytes token) {
    SeatGate::Shown shown = seat_gate_.look(token);
    if (shown.verdict == SeatVerdict::used) {
        // The answer may have been lost with its link: nobody else can have begun with it as well.
        Session* const began = loop_.sessions_.find(shown.began);
        if (began && !began->has_confirmed()) {
            loop_.end(*began, LeaveReason::kicked, "its seat was shown again");
            shown.verdict = SeatVerdict::good;
        }
    }
    if (shown.verdict != SeatVerdict::good) {
        ++loop_.stats_.refused.seats;
        return refuse_seat(session, RequestError::not_allowed, message(shown.verdict));
    }
    if (loop_.drain_)
        return refuse_seat(session, RequestError::server_closing, loop_.drain_->reason);
    if (loop_.sessions_.count() >= 2 * std::size_t{loop_.config_.max_peers})
        return refuse_seat(session, RequestError::not_now, "too many players");
    const SeatGrant& grant = shown.seat.grant;
    const SessionTable::Admitted admitted =
        loop_.sessions_.admit(session, grant.player, loop_.now_);
    session.continues = grant.session;
    loop_.users_.enter(session.id(), session.player().user, session.player().name);
    std::string detail;
    const wire::ControlEncoder::JoinAnswer answer = take_granted(session, grant, detail);
    if (grant.reservation != 0) gate_.backplane().arrived(grant.room, grant.reservation);
    if (answer.error != RequestError::none) {
        loop_.forget(session);
        return refuse_seat(session, answer.error, answer.detail);
    }
    seat_gate_.use(shown, session.id());
    loop_.welcome(admitted, false);
    tell_kept(session, grant);
}

void Server::Loop::Cluster::end_former(Session& session) {
    const SessionId former = std::exchange(session.continues, {});
    if (!former.is_set()) return;
    gate_.backplane().send(node_of(former), wire::encode_session_moved(former));
}

/// Another server's: the session goes on there.
void Server::Loop::Cluster::take(cluster::NodeId, const wire::tables::SessionMoved& moved) {
    Session* const session = loop_.sessions_.find(SessionId{moved.session()});
    if (!session) return;
    // What its peer is still to get, it gets: its own goodbye ends it, or its silence.
    session->has_gone_on = true;
    session->peer().is_set() ? loop_.give_up_seat(*session, LeaveReason::left)
                             : loop_.end(*session, LeaveReason::left, {});
}

/// The room that it was sent to, or what it had asked for; or just the lobby.
wire::ControlEncoder::JoinAnswer
Server::Loop::Cluster::take_granted(Session& session, const SeatGrant& grant, std::string& detail) {
    wire::ControlEncoder::JoinAnswer answer{0, RequestError::none, {}, {}, {}, loop_.tick_, 0, 0};
    if (grant.presence.is_set()) {
        // A seat that came here with its room; what has become of it else, the lobby shows.
        if (!awaits(grant)) return answer;
        take_kept(session, grant);
        return answer;
    }
    if (grant.room.is_set()) {
        RoomInstance* const room = loop_.directory_.find(grant.room);
        if (room) {
            seat_reserved(session, *room, answer, detail);
        } else {
            answer.error = RequestError::no_such_room;
        }
        return answer;
    }
    const wire::Envelope* const envelope = wire::decode_control(grant.join);
    const wire::JoinRoom* const join = envelope ? envelope->message_as_JoinRoom() : nullptr;
    return join ? loop_.try_join(session, *join, detail) : answer;
}

void Server::Loop::Cluster::refuse_seat(Session& session,
                                        RequestError error,
                                        std::string_view detail) {
    const PeerId peer = session.peer();
    loop_.transmit(peer, Channel::control, loop_.encoder_.refuse_seat(error, detail));
    loop_.sessions_.close(session, loop_.now_);
    loop_.close_peer(peer);
}

std::vector<std::uint8_t> Server::Loop::Cluster::ticket_for(const Session& session) {
    if (session.player().is_admin) return {};
    TicketGrant ticket;
    ticket.expires_at = unix_time() + ticket_time;
    ticket.node = gate_.stay().node.value;
    ticket.player = session.player();
    ticket.session = session.id();
    if (const Seat* const seat = loop_.seat_of(session)) {
        ticket.room = seat->room->id();
        ticket.presence = seat->presence;
        ticket.kind = seat->room->kind().name;
        ticket.room_name = seat->room->settings().name;
    }
    return seal_ticket(keys_, ticket, loop_.secrets_);
}

void Server::Loop::Cluster::send_ticket(Session& session) {
    if (session.state() != SessionState::active || loop_.now_ < session.next_ticket) return;
    const std::vector<std::uint8_t> ticket = ticket_for(session);
    session.next_ticket = loop_.now_ + ticket_interval;
    if (!ticket.empty())
        loop_.send_logged(session, loop_.encoder_.ticket(session.outgoing.next_offset(), ticket));
}

} // namespace engine_net
