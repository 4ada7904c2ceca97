#include "wire/bulk.hpp"

#include "server/loop.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>

namespace engine_net {

namespace {

/// A lobby where much happens tells of it in few messages, and of each room once in each.
constexpr Duration list_change_interval = std::chrono::milliseconds(100);
constexpr Duration ping_interval = std::chrono::seconds(2);
/// Then all are told again: who did not know of a player yet has missed its ping.
constexpr Duration all_pings_interval = std::chrono::seconds(30);

/// In ms; 0: not known.
std::uint16_t ping_of(const Presence& presence, const Session& session) {
    if (!presence.is_connected()) return 0;
    const std::int64_t ms = (session.heartbeats.round_trip().count() + 500) / 1000;
    return static_cast<std::uint16_t>(std::min<std::int64_t>(ms, UINT16_MAX));
}

} // namespace

// What travels on the bulk channel: a few datagrams a tick, so that it never delays the rest.

void Server::Loop::send_bulk() {
    for (const auto& [id, seat] : seats_) {
        if (Session* const session = find_listening(id)) send_seat(*session, seat);
    }
    for (auto& [id, schema] : schemas_) {
        if (Session* const session = find_listening(id)) send_schema(*session, schema);
    }
    send_list_news();
    if (now_ >= next_pings_) send_pings();
    channels_.each_subscriber([&](SessionId id) {
        if (!channels_.has_news(id)) return;
        if (Session* const session = find_listening(id)) send_channel_news(*session);
    });
    users_.each_watcher([&](SessionId id) {
        if (!users_.has_news(id)) return;
        if (Session* const session = find_listening(id)) send_user_news(*session);
    });
    std::erase_if(schemas_, [](const auto& one) {
        return one.second.has_sent();
    });
}

/// The whole list as fast as may be, then its changes at their pace.
void Server::Loop::send_list_news() {
    const bool tells_changes = now_ >= next_list_changes_;
    if (tells_changes) next_list_changes_ = now_ + list_change_interval;
    for (auto& [id, watch] : watches_) {
        if (!watch.has_news(directory_) || (watch.has_caught_up() && !tells_changes)) continue;
        if (Session* const session = find_listening(id)) send_room_news(*session, watch);
    }
}

/// Null: it is away, or has not confirmed its welcome.
Session* Server::Loop::find_listening(SessionId id) {
    Session* const session = sessions_.find(id);
    return session && session->state() == SessionState::active ? session : nullptr;
}

void Server::Loop::send_seat(Session& session, const Seat& seat) {
    if (seat.room->owes_roster(seat.presence)) send_roster(session, seat);
    if (seat.room->owes_states(seat.presence)) send_states(session, seat);
}

void Server::Loop::send_channel_news(Session& session) {
    channels_.send(session.id(), bulk_pieces_for(session), people_encoder_, [&](Bytes news) {
        if (!transmit(session.peer(), Channel::bulk, news)) session.mark_stuck();
    });
}

void Server::Loop::send_user_news(Session& session) {
    users_.send(session.id(), bulk_pieces_for(session), people_encoder_, [&](Bytes news) {
        if (!transmit(session.peer(), Channel::bulk, news)) session.mark_stuck();
    });
}

void Server::Loop::send_states(Session& session, const Seat& seat) {
    seat.room->send_states(seat.presence, bulk_pieces_for(session), [&](Bytes piece) {
        if (!transmit(session.peer(), Channel::bulk, piece)) session.mark_stuck();
    });
}

void Server::Loop::send_schema(Session& session, SchemaSender& schema) {
    schema.send(bulk_pieces_for(session), [&](Bytes piece) {
        if (!transmit(session.peer(), Channel::bulk, piece)) session.mark_stuck();
    });
}

void Server::Loop::send_roster(Session& session, const Seat& seat) {
    seat.room->send_roster(
        seat.presence, bulk_pieces_for(session), people_encoder_, [&](Bytes news) {
            if (!transmit(session.peer(), Channel::bulk, news)) session.mark_stuck();
        });
}

void Server::Loop::send_pings() {
    next_pings_ = now_ + ping_interval;
    if (now_ >= next_all_pings_) {
        next_all_pings_ = now_ + all_pings_interval;
        for (auto& [id, seat] : seats_) seat.pings.knows_others = false;
    }
    for (const auto& [id, room] : directory_.rooms()) send_pings(*room);
}

/// To everyone in it those that have changed, to newcomers all.
void Server::Loop::send_pings(const RoomInstance& room) {
    const RoomPings pings = take_pings(room);
    for (const Presence* presence : room.presences()) {
        Session* const session = find_listening(presence->session());
        Seat* const seat = session ? seat_of(*session) : nullptr;
        if (!seat) continue;
        const auto lines = pings.lines_for(seat->pings);
        if (lines.empty()) continue;
        seat->pings.knows_others = bulk_pieces_for(*session) > 0;
        if (!seat->pings.knows_others) continue;
        std::vector<std::uint8_t> message;
        wire::encode_pings(presence->id(), lines, message);
        if (!transmit(session->peer(), Channel::bulk, message)) session->mark_stuck();
    }
}

/// Of those whose session is here; another's may be on its way.
RoomPings Server::Loop::take_pings(const RoomInstance& room) {
    RoomPings pings;
    for (const Presence* presence : room.presences()) {
        const Session* const session = sessions_.find(presence->session());
        Seat* const seat = session ? seat_of(*session) : nullptr;
        if (seat) pings.add(presence->id(), ping_of(*presence, *session), seat->pings);
    }
    return pings;
}

void Server::Loop::send_room_news(Session& session, RoomWatch& watch) {
    watch.send(directory_, now_, bulk_pieces_for(session), encoder_, [&](Bytes news) {
        if (!transmit(session.peer(), Channel::bulk, news)) session.mark_stuck();
    });
}

/// As many as may wait for the peer besides what else does.
std::size_t Server::Loop::bulk_pieces_for(const Session& session) const {
    const auto link = host_->link_of(session.peer());
    const std::size_t waiting = link ? link->reliable_bytes_waiting : 0;
    if (!link || waiting >= max_bytes_waiting_before_bulk) return 0;
    return std::min(max_bulk_pieces_per_tick,
                    (max_bytes_waiting_before_bulk - waiting) / max_message_bytes);
}

} // namespace engine_net
