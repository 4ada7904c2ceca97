#include "core/assert.hpp"
#include "server/cluster.hpp"
#include "server/web.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>

namespace engine_net {

/// The whole of a server: each line is a stage of the data path, and the functions below follow in
/// its order.
void Server::Loop::step(Time now) {
    ENGINE_NET_ASSERT(host_ != nullptr && now >= now_);
    now_ = now;
    if (!has_begun_) {
        schedule_.start(now);
        for (const auto& [id, room] : directory_.rooms()) room->begin(now);
        has_begun_ = true;
    }

    const Time began = Clock::now();
    receive(now);
    admins_.links.apply(sessions_, *host_, *conditioner_);
    const Time received = Clock::now();
    const MessageClock::Times messages = message_clock_.take();

    const TickSchedule::Due due = is_stopping_ ? TickSchedule::Due{} : schedule_.take(now);
    if (due.ticks > 0) run_rooms(due.ticks);
    const Time encoded = Clock::now();

    if (due.ticks > 0) {
        send_snapshots();
        send_bulk();
        make_matches();
    }
    expire(now);
    send(now);
    const Time sent = Clock::now();
    if (cluster_) cluster_->tell();
    // Feeds are taken from the rooms in any case; a chain that lacks a piece begins anew.
    tell_feeds();
    if (web_) web_->tell();
    stats_.ticks += due.ticks;
    stats_.dropped_ticks += due.dropped;
    stats_.late_ticks += due.is_late ? 1 : 0;
    if (due.ticks > 0) {
        simulation_timing_.add(encoded - received);
        const Time told = Clock::now();
        network_timing_.add((received - began) + (told - encoded));
        const RoomTimes rooms = workers_->times();
        record_tick({received - began - messages.decode - messages.queue,
                     messages.decode,
                     messages.queue,
                     rooms.simulate,
                     rooms.snapshot,
                     rooms.encode,
                     sent - encoded,
                     told - sent},
                    due.is_late);
    }
}

void Server::Loop::receive(Time now) {
    if (cluster_) cluster_->hear();
    host_->receive(now, *this);
    take_auth_answers();
    if (web_) web_->hear();
}

void Server::Loop::on_message(PeerId peer, Channel channel, Bytes message) {
    Session* const session = sessions_.find(peer);
    if (!session || is_stopping_) return;
    session->hear(now_);
    message_clock_.begin();
    route(*session, channel, message);
    message_clock_.end();
}

void Server::Loop::route(Session& session, Channel channel, Bytes message) {
    switch (channel) {
    case Channel::control:
    case Channel::events: {
        const wire::Envelope* const envelope = wire::decode_control(message);
        const auto kind = envelope ? envelope->message_type() : wire::Message::NONE;
        messages_.note_in(channel, static_cast<std::uint8_t>(kind), message.size());
        if (!envelope) return charge(session, &RefusedStats::malformed_messages);
        message_clock_.note_decoded();
        return route_control(session, *envelope);
    }
    case Channel::inputs:
        messages_.note_in(
            channel, static_cast<std::uint8_t>(wire::kind_of(message)), message.size());
        return route_hot(session, message);
    case Channel::bulk:
    case Channel::snapshots:
        messages_.note_in(channel, 0, message.size());
        return charge(session, &RefusedStats::unexpected_messages);
    }
}

void Server::Loop::route_control(Session& session, const wire::Envelope& envelope) {
    if (session.state() == SessionState::connecting) {
        const wire::Hello* hello = envelope.message_as_Hello();
        return hello ? admit(session, *hello) : charge(session, &RefusedStats::unexpected_messages);
    }
    if (envelope.offset() == 0) {
        if (envelope.message_as_Confirm()) {
            session.confirm(now_);
            if (cluster_) cluster_->end_former(session);
            return;
        }
        return charge(session, &RefusedStats::unexpected_messages);
    }
    switch (session.incoming.accept(envelope.offset())) {
    case ReliableInbox::Verdict::fresh: return route_logged(session, envelope);
    case ReliableInbox::Verdict::repeated: return;
    case ReliableInbox::Verdict::gap: return charge(session, &RefusedStats::unexpected_messages);
    }
}

void Server::Loop::route_hot(Session& session, Bytes message) {
    if (session.state() == SessionState::connecting)
        return charge(session, &RefusedStats::unexpected_messages);
    switch (wire::kind_of(message)) {
    case wire::HotKind::input:
        if (const auto input = wire::decode_input(message)) {
            message_clock_.note_decoded();
            return queue_inputs(session, *input, message.size());
        }
        break;
    case wire::HotKind::heartbeat:
        if (const auto heartbeat = wire::decode_heartbeat(message)) {
            message_clock_.note_decoded();
            session.outgoing.acknowledge(heartbeat->received());
            session.heartbeats.take(*heartbeat, now_);
            session.owe_heartbeat();
            return;
        }
        break;
    case wire::HotKind::event:
        if (const auto event = wire::decode_event(message)) {
            message_clock_.note_decoded();
            Seat* const seat = seat_of(session);
            if (!seat || seat->room->id() != event->room || seat->room->is_frozen()) return;
            count_in(*seat, message.size());
            if (!seat->room->receive_event(seat->presence, event->payload)) break;
            return;
        }
        break;
    case wire::HotKind::none: break;
    }
    charge(session, &RefusedStats::malformed_messages);
}

void Server::Loop::count_in(Seat& seat, std::size_t bytes) {
    seat.bytes_in += bytes;
    seat.room->meter().bytes_in += bytes;
}

void Server::Loop::queue_inputs(Session& session,
                                const wire::InputMessage& message,
                                std::size_t bytes) {
    Seat* const seat = seat_of(session);
    // What was meant for a seat given up a moment ago is no error.
    if (!seat || static_cast<std::uint16_t>(seat->presence.value) != message.header.presence_low())
        return;
    count_in(*seat, bytes);
    if (message.header.has_ack() != 0) {
        seat->room->acknowledge(
            seat->presence, message.header.ack_newest(), message.header.ack_bits());
    }
    if (const auto fresh = seat->inputs.note_message(message)) note_lead(*seat, *fresh);
    for (std::size_t i = 0; i < message.header.count(); ++i) {
        const QueuedInput input{message.tick_of(i), message.input(i), message.header.shown_ago()};
        switch (seat->room->queue_input(seat->presence, input, next_tick())) {
        case RoomInstance::InputVerdict::queued:
        case RoomInstance::InputVerdict::repeated: break;
        case RoomInstance::InputVerdict::late: ++stats_.refused.late_inputs; break;
        case RoomInstance::InputVerdict::early: ++stats_.refused.early_inputs; break;
        case RoomInstance::InputVerdict::spectating: ++stats_.refused.spectator_inputs; break;
        case RoomInstance::InputVerdict::malformed:
            return charge(session, &RefusedStats::malformed_inputs);
        }
    }
}

/// An input of `tick` came just now, the first one. Of what waited while the server was held up
/// nobody knows when it came.
void Server::Loop::note_lead(Seat& seat, Tick tick) {
    if (now_ > schedule_.deadline_after(2)) return;
    constexpr std::int32_t most_ticks = 1000;
    const std::int32_t ahead = std::clamp(tick - tick_, -most_ticks, most_ticks);
    seat.inputs.note_lead(tick, schedule_.deadline_after(ahead) - now_, now_);
}

/// Simulate, snapshot and encode: see `RoomWorkers`. Only the newest of a step's ticks is shown.
void Server::Loop::run_rooms(std::uint32_t ticks) {
    tick_ = tick_ + static_cast<std::int32_t>(ticks);
    workers_->run(directory_, {tick_, ticks});
}

bool Server::Loop::transmit(PeerId peer, Channel channel, Bytes message) {
    if (!host_->send(peer, channel, message)) return false;
    messages_.note_out(channel, message);
    return true;
}

void Server::Loop::send_snapshots() {
    workers_->each_datagram([this](SessionId session, Bytes datagram) {
        ++stats_.snapshot_datagrams;
        stats_.snapshot_bytes += datagram.size();
        transmit(sessions_.find(session)->peer(), Channel::snapshots, datagram);
    });
}

/// States, schemas and the lobby list. Before its confirm, a peer may not know yet that it is the
/// session's.
void Server::Loop::send(Time now) {
    for (const auto& [id, room] : directory_.rooms()) deliver_outbox(*room);
    close_drained_rooms(now);
    move_idle_sessions();
    close_ended_rooms(now);
    sessions_.each([&](Session& session) {
        if (cluster_) cluster_->send_ticket(session);
        send_heartbeats(session, now);
    });
    if (now >= next_state_check_) send_state_checks(now);
    host_->flush(now, &*threads_);
}

void Server::Loop::send_heartbeats(Session& session, Time now) {
    if (session.state() != SessionState::joining && session.state() != SessionState::active) return;
    // Half an interval more than what the peer keeps to: an answer says as much.
    const Duration patience = Duration(config_.heartbeat_interval) * 3 / 2;
    const bool is_overdue =
        now - session.heartbeats.last_sent().value_or(session.entered()) >= patience;
    if (!session.take_owed_heartbeat() && !is_overdue) return;

    const Seat* const seat = seat_of(session);
    const TickReport report{tick_,
                            now - schedule_.newest_deadline(),
                            seat ? seat->inputs.report() : InputReport{},
                            seat ? seat->room->input_gap(seat->presence) : TickRange{}};
    hot_message_.clear();
    wire::encode_heartbeat(session.heartbeats.next(now, session.incoming.received(), report),
                           hot_message_);
    transmit(session.peer(), Channel::inputs, hot_message_);
}

void Server::Loop::send_state_checks(Time now) {
    next_state_check_ = now + config_.state_check_interval;
    for (const auto& [session_id, seat] : seats_) {
        const Session* const session = sessions_.find(session_id);
        if (session->state() != SessionState::active) continue;
        const auto check = seat.room->take_state_check(seat.presence);
        if (!check) continue;
        transmit(session->peer(), Channel::control, encoder_.state_check(check->tick, check->hash));
    }
}

void Server::Loop::deliver_outbox(RoomInstance& room) {
    const RoomInstance::Outbox outbox = room.take_outbox();
    if (outbox.has_changed) {
        directory_.note_change(room);
        for (const Presence* presence : room.presences()) note_place(presence->session());
    }
    for (const RoomInstance::OutgoingEvent& event : outbox.events) deliver(room, event);
    for (const RoomInstance::Departure& kick : outbox.kicks)
        vacate(room, kick.who, LeaveReason::kicked, kick.reason);
}

/// Its session may still be on its way here.
void Server::Loop::vacate(RoomInstance& room,
                          PresenceId who,
                          LeaveReason reason,
                          std::string_view why) {
    const std::optional<SessionId> of = room.session_of(who);
    if (!of) return;
    if (Session* const session = sessions_.find(*of)) return leave_room(*session, reason, why);
    room.leave(who, reason, now_);
    directory_.note_change(room);
}

void Server::Loop::deliver(RoomInstance& room, const RoomInstance::OutgoingEvent& event) {
    const bool is_reliable = event.delivery == Delivery::reliable;
    hot_message_.clear();
    if (!is_reliable) wire::encode_event(room.id(), event.bytes, hot_message_);
    for (const PresenceId to : event.to) {
        const std::optional<SessionId> id = room.session_of(to);
        Session* const session = id ? sessions_.find(*id) : nullptr;
        if (!session && is_reliable && cluster_) cluster_->keep_event(room, to, event.bytes);
        if (!session) continue;
        if (is_reliable) {
            send_logged(*session,
                        encoder_.event(session->outgoing.next_offset(), room.id(), event.bytes));
        } else if (session->peer().is_set()) {
            transmit(session->peer(), Channel::inputs, hot_message_);
        }
    }
}

void Server::Loop::close_ended_rooms(Time now) {
    directory_.expire_reservations(now);
    std::vector<RoomInstance*> ended;
    for (const auto& [id, room] : directory_.rooms()) {
        if (room->is_over(now, config_.empty_room_linger)) ended.push_back(room.get());
    }
    for (RoomInstance* room : ended) {
        // A game that hears of it in `on_leave` may close the room again, for another reason.
        const std::string reason = room->end_reason();
        while (!room->presences().empty()) {
            const PresenceId first = room->presences().front()->id();
            vacate(*room, first, LeaveReason::room_closed, reason);
        }
        if (auto feed = room->take_feed(); feed && feed->is_wanted()) {
            feed->end(tick_, reason);
            ended_feeds_.emplace_back(room->id(), std::move(feed));
        }
        if (web_) web_->tell_last(room_channel(room->id()));
        channels_.remove(room_channel(room->id()));
        forget_room(*room);
    }
}

/// Nobody is in it, or they know by themselves.
void Server::Loop::forget_room(RoomInstance& room) {
    const RoomId id = room.id();
    room.add_to(stats_);
    matches_.forget(id);
    admins_.forget(id);
    recording_failures_.erase(id);
    if (cluster_) cluster_->forget_room(id);
    directory_.remove(id);
}

} // namespace engine_net
