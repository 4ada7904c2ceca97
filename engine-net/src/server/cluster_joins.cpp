#include "server/cluster.hpp"
#include "wire/control.hpp"

#include <algorithm>

namespace engine_net {

// Who asks for a room of another server is sent there, with a seat token that says who it is and
// what it asked for. Who asks for any room gets one that the whole cluster agrees on.

using wire::RequestError;

namespace {

/// For which a seat token is good: to go there, and be asked for again if a datagram is lost.
constexpr std::chrono::seconds seat_time{30};
/// Before an invite code, so that it tells where the room is.
constexpr std::string_view node_letters = "ABCDEFGHJKMNPQRSTVWXYZ0123456789";
constexpr std::size_t node_code_length = 3;

std::string node_code(cluster::NodeId node) {
    std::string code;
    std::size_t rest = node.value;
    for (std::size_t i = 0; i < node_code_length; ++i, rest /= node_letters.size())
        code += node_letters[rest % node_letters.size()];
    return code;
}

/// Unset: it tells none.
cluster::NodeId node_of_code(std::string_view code) {
    if (code.size() <= node_code_length) return {};
    std::size_t number = 0;
    for (std::size_t i = node_code_length; i-- > 0;) {
        const char capital =
            code[i] >= 'a' && code[i] <= 'z' ? static_cast<char>(code[i] - 'a' + 'A') : code[i];
        const std::size_t digit = node_letters.find(capital);
        if (digit == std::string_view::npos) return {};
        number = number * node_letters.size() + digit;
    }
    return cluster::NodeId{static_cast<std::uint16_t>(number <= cluster::max_nodes ? number : 0)};
}

} // namespace

std::string Server::Loop::Cluster::invite_prefix() const {
    return node_code(gate_.stay().node);
}

/// Another server's that the request is for; null: none, or it asks for no room that there is.
const ClusterGate::Node* Server::Loop::Cluster::owner_of(const wire::JoinRoom& request) const {
    if (request.mode() == wire::JoinMode::join) {
        const auto* const room = loop_.directory_.find_remote(RoomId{request.room()});
        return room ? gate_.find(cluster::NodeId{room->node}) : nullptr;
    }
    if (request.mode() != wire::JoinMode::join_by_invite) return nullptr;
    const std::string_view code = wire::view_of(request.invite());
    if (loop_.directory_.find_by_invite(code)) return nullptr;
    if (const ClusterGate::Node* const holder = gate_.holder_of(code)) return holder;
    return gate_.find(node_of_code(code));
}

/// Of an invite there is known here which server made it, and no more.
std::optional<bridge::JoinQuestion>
Server::Loop::Cluster::question_of_elsewhere(const wire::JoinRoom& request) const {
    if (!owner_of(request)) return std::nullopt;
    if (request.mode() == wire::JoinMode::join) {
        const RoomSummary& room = loop_.directory_.find_remote(RoomId{request.room()})->summary;
        return bridge::JoinQuestion{.room = room.name, .room_id = room.id, .kind = room.kind};
    }
    const RoomKind* const kind = loop_.directory_.find_kind_of(request.schema_digest());
    return bridge::JoinQuestion{.kind = kind ? kind->name : ""};
}

bool Server::Loop::Cluster::go_elsewhere(Session& session, const wire::JoinRoom& request) {
    if (request.mode() == wire::JoinMode::join_or_create)
        return gate_.is_up() && !loop_.drain_ && ask_for_seat(session, request);
    const ClusterGate::Node* const node = owner_of(request);
    if (!node) return false;
    // There it has as many guesses again, so each way there is one.
    const bool is_guess = request.mode() == wire::JoinMode::join_by_invite ||
                          !wire::view_of(request.password()).empty();
    if (is_guess && !session.limits.guesses.allows(loop_.now_)) return false;
    if (is_guess) session.limits.guesses.spend(loop_.now_);
    SeatGrant grant;
    const Bytes join = loop_.encoder_.join_room(0, request);
    grant.join.assign(join.begin(), join.end());
    send_elsewhere(session, request.request(), *node, std::move(grant));
    return true;
}

void Server::Loop::Cluster::send_elsewhere(Session& session,
                                           std::uint32_t request,
                                           const ClusterGate::Node& node,
                                           SeatGrant grant) {
    grant.player = session.player();
    grant.session = session.id();
    const std::vector<std::uint8_t> seat = seal_seat_for(node, std::move(grant));
    const wire::ControlEncoder::Elsewhere elsewhere{
        node.record.address, node.record.server_key, seat};
    wire::ControlEncoder::JoinAnswer answer{
        request, RequestError::elsewhere, {}, {}, {}, loop_.tick_, 0, 0};
    answer.elsewhere = &elsewhere;
    loop_.send_logged(session, loop_.encoder_.join_answer(session.outgoing.next_offset(), answer));
}

/// Good there alone, and soon.
std::vector<std::uint8_t> Server::Loop::Cluster::seal_seat_for(const ClusterGate::Node& node,
                                                               SeatGrant grant) {
    grant.expires_at = unix_time() + seat_time;
    grant.node = node.stay.node.value;
    return seal_seat(keys_, grant, loop_.secrets_);
}

/// False: it need not be asked, for this server knows the answer.
bool Server::Loop::Cluster::ask_for_seat(Session& session, const wire::JoinRoom& request) {
    const RoomKind* const kind = loop_.directory_.find_kind(wire::view_of(request.kind()));
    const std::string& name = session.player().room;
    if (!kind || kind->schema.digest() != request.schema_digest()) return false;
    if (asked_seats_.size() >= 2 * std::size_t{loop_.config_.max_peers}) return false;
    const std::uint64_t ticket = ++last_seat_ticket_;
    const Bytes join = loop_.encoder_.join_room(0, request);
    const RoomId own = loop_.directory_.claim_id();
    asked_seats_.emplace(ticket, AskedSeat{session.id(), own, {join.begin(), join.end()}});
    const std::uint32_t capacity =
        request.capacity() == 0 ? kind->capacity : std::min(request.capacity(), kind->capacity);
    gate_.tell_offers();
    gate_.backplane().reserve(ticket, ClusterGate::offer_key(kind->name, name), own, capacity);
    return true;
}

void Server::Loop::Cluster::on(cluster::tell::Reserved& reserved) {
    auto asked = asked_seats_.extract(reserved.ticket);
    if (asked.empty()) return;
    const AskedSeat& seat = asked.mapped();
    const wire::Envelope* const envelope = wire::decode_control(seat.join);
    const wire::JoinRoom& request = *envelope->message_as_JoinRoom();
    Session* const session = loop_.sessions_.find(seat.session);
    cluster::Backplane& backplane = gate_.backplane();
    if (!session) {
        if (reserved.is_new) return backplane.offer(seat.own, {}, 0, 0);
        if (!reserved.has_failed) backplane.arrived(reserved.room, reserved.reservation);
        return;
    }
    if (const ClusterGate::Node* const node = owner_of_seat(reserved)) {
        SeatGrant grant{.room = reserved.room, .reservation = reserved.reservation};
        grant.join = seat.join;
        return send_elsewhere(*session, request.request(), *node, std::move(grant));
    }
    std::string detail;
    const auto answer = take_reserved(*session, request, reserved, detail);
    loop_.send_logged(*session,
                      loop_.encoder_.join_answer(session->outgoing.next_offset(), answer));
}

/// Null: the seat is here, or nowhere.
const ClusterGate::Node*
Server::Loop::Cluster::owner_of_seat(const cluster::tell::Reserved& reserved) const {
    if (reserved.has_failed || reserved.is_new || loop_.directory_.find(reserved.room))
        return nullptr;
    const ClusterGate::Node* const holder = gate_.holder_of(reserved.room);
    return holder ? holder : gate_.find(node_of(reserved.room));
}

wire::ControlEncoder::JoinAnswer
Server::Loop::Cluster::take_reserved(Session& session,
                                     const wire::JoinRoom& request,
                                     const cluster::tell::Reserved& reserved,
                                     std::string& detail) {
    wire::ControlEncoder::JoinAnswer answer{
        request.request(), RequestError::none, {}, {}, {}, loop_.tick_, 0, 0};
    RoomInstance* room = nullptr;
    if (reserved.has_failed) {
        room = loop_.any_room(session, request, answer);
    } else if (reserved.is_new) {
        const RoomKind& kind = *loop_.directory_.find_kind(wire::view_of(request.kind()));
        room = loop_.new_room(session, kind, request, reserved.room, answer);
        gate_.note_offered(reserved.room);
        if (!room) gate_.backplane().offer(reserved.room, {}, 0, 0);
    } else {
        room = loop_.directory_.find(reserved.room);
        if (!room) answer.error = RequestError::no_such_room;
    }
    if (room) seat_reserved(session, *room, answer, detail);
    if (!reserved.has_failed) gate_.backplane().arrived(reserved.room, reserved.reservation);
    return answer;
}

/// In a room that has a seat for it, as the cluster says.
void Server::Loop::Cluster::seat_reserved(Session& session,
                                          RoomInstance& room,
                                          wire::ControlEncoder::JoinAnswer& answer,
                                          std::string& detail) {
    answer.schema_digest = room.kind().schema.digest();
    const Seat* const held = loop_.seat_of(session);
    if (held && held->room == &room) {
        answer.room = room.id();
        answer.presence = held->presence;
        answer.invite = room.settings().invite;
        answer.grace_ms = milliseconds_of(room.kind().grace_time);
    } else if (room.has_banned(session.player().user)) {
        answer.error = RequestError::banned;
    } else if (!room.is_open()) {
        answer.error = room.is_full() ? RequestError::room_full : RequestError::room_locked;
    } else {
        loop_.take_seat(session, room, {.id = {}, .session = session.id()}, answer, detail);
    }
}

} // namespace engine_net
