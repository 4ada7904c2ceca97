#include "client/core.hpp"
#include "client/request_error.hpp"
#include "core/assert.hpp"

#include <engine_net/limits.hpp>

#include <utility>

namespace engine_net {

void Client::Core::when_welcomed(std::function<void()> send) {
    const bool has_session = credentials_ && !has_forgotten_;
    has_session ? send() : waiting_.push_back(std::move(send));
}

void Client::Core::request_join(Join join, JoinHandler done) {
    const std::uint32_t request = ++last_request_;
    joins_.emplace(request, PendingJoin{std::move(join), std::move(done)});
    if (state_ == ClientState::closed) return fail_requests();
    when_welcomed([this, request] {
        joins_.at(request).digest = room_digest_;
        send_join(request);
    });
}

void Client::Core::send_join(std::uint32_t request) {
    const PendingJoin& pending = joins_.at(request);
    const Join& join = pending.join;
    send_logged(encoder_.join_room(outgoing_.next_offset(),
                                   {request,
                                    join.mode,
                                    join.room,
                                    join.kind,
                                    join.options.name,
                                    join.options.capacity,
                                    pending.digest,
                                    join.options.is_private,
                                    join.options.password,
                                    join.invite,
                                    join.as_spectator,
                                    join.options.metadata,
                                    join.match.rank,
                                    &join.match.properties,
                                    join.match.party,
                                    join.match.party_size}));
}

/// Calls the game's handler, which may ask for anything.
void Client::Core::end_join(std::uint32_t request, const JoinResult& result) {
    const JoinHandler done = std::move(joins_.at(request).done);
    joins_.erase(request);
    if (done) done(result);
}

void Client::Core::leave_room() {
    if (!room_.is_set()) return;
    if (!roaming_.moving) roaming_.leaves.note(outgoing_, last_request_);
    send_logged(encoder_.leave_room(outgoing_.next_offset()));
}

void Client::Core::list_rooms(std::uint32_t first, RoomsHandler done) {
    const std::uint32_t request = ++last_request_;
    lists_.emplace(request, std::move(done));
    if (state_ == ClientState::closed) return fail_requests();
    when_welcomed([this, request, first] {
        send_logged(encoder_.list_rooms(outgoing_.next_offset(), request, first));
    });
}

void Client::Core::watch_rooms() {
    if (state_ == ClientState::closed || room_list_.is_watching()) return;
    room_list_.watch(0);
    when_welcomed([this] {
        if (room_list_.is_watching()) ask_for_rooms();
    });
}

/// Anew, by a number of its own: what was on its way for another counts no more.
void Client::Core::ask_for_rooms() {
    room_list_.watch(++last_request_);
    send_logged(encoder_.watch_rooms(outgoing_.next_offset(), last_request_, true));
}

void Client::Core::unwatch_rooms() {
    if (!room_list_.is_watching()) return;
    room_list_.stop();
    when_welcomed([this] {
        if (room_list_.is_watching()) return;
        send_logged(encoder_.watch_rooms(outgoing_.next_offset(), ++last_request_, false));
    });
}

void Client::Core::send_event(EventBytes event, Delivery delivery) {
    const bool is_reliable = delivery == Delivery::reliable;
    const std::size_t most = is_reliable ? max_event_bytes : max_unreliable_event_bytes;
    ENGINE_NET_ASSERT(event.size() <= most);
    if (event.size() > most || !room_.is_set()) return;
    if (is_reliable) return send_logged(encoder_.event(outgoing_.next_offset(), room_, event));
    if (!link_ || state_ != ClientState::online) return;
    hot_message_.clear();
    wire::encode_event(room_, event, hot_message_);
    link_->send(Channel::inputs, hot_message_);
}

void Client::Core::send_logged(Bytes message) {
    if (roaming_.moving) {
        roaming_.held_bytes += message.size();
        roaming_.held.emplace_back(message.begin(), message.end());
        return;
    }
    outgoing_.append(message);
    // A silent link may live again. One that takes no more would have a hole then.
    if (link_ && !link_->send(Channel::events, message)) link_->give_up();
}

void Client::Core::route_logged(const wire::Envelope& envelope) {
    switch (envelope.message_type()) {
    case wire::Message::JoinAnswer: return take_join_answer(*envelope.message_as_JoinAnswer());
    case wire::Message::RoomList: return take_room_list(*envelope.message_as_RoomList());
    case wire::Message::Answer: return take_answer(*envelope.message_as_Answer());
    case wire::Message::QueueProgress: return take_progress(*envelope.message_as_QueueProgress());
    case wire::Message::RoomLeft: {
        const wire::RoomLeft& left = *envelope.message_as_RoomLeft();
        if (RoomId{left.room()} != room_) return;
        return exit_room(static_cast<LeaveReason>(left.reason()),
                         left.detail() ? left.detail()->str() : std::string());
    }
    case wire::Message::Event: {
        const wire::Event& event = *envelope.message_as_Event();
        if (RoomId{event.room()} == room_ && on_event)
            on_event({event.payload()->data(), event.payload()->size()});
        return;
    }
    case wire::Message::Goodbye: return take_goodbye(*envelope.message_as_Goodbye());
    case wire::Message::Move: {
        const wire::Move& move = *envelope.message_as_Move();
        if (!go_to(move.elsewhere(), std::nullopt, std::string(wire::view_of(move.reason()))))
            ++stats_.refused.malformed_messages;
        return;
    }
    case wire::Message::Ticket: {
        const Bytes ticket = wire::view_of(envelope.message_as_Ticket()->ticket());
        return ticket_.assign(ticket.begin(), ticket.end());
    }
    default: ++stats_.refused.unexpected_messages;
    }
}

void Client::Core::take_join_answer(const wire::JoinAnswer& answer) {
    if (!joins_.contains(answer.request())) {
        ++stats_.refused.unexpected_messages;
        return;
    }
    JoinResult result;
    result.error = error_of(answer.error());
    if (answer.error() == wire::RequestError::elsewhere &&
        go_to(answer.elsewhere(), answer.request(), {}))
        return;
    if (result.error == RequestError::schema_mismatch &&
        try_schema(answer.request(), answer.schema_digest()))
        return;
    result.detail = answer.detail() ? answer.detail()->str() : std::string();
    if (result) {
        result.invite = answer.invite() ? answer.invite()->str() : std::string();
        result.room = RoomId{answer.room()};
        result.presence = PresenceId{answer.presence()};
        if (result.presence != presence_) {
            enter_room({result.room,
                        result.presence,
                        joins_.at(answer.request()).digest,
                        std::chrono::milliseconds(answer.grace_ms())},
                       Tick{answer.tick()});
        }
    }
    end_join(answer.request(), result);
}

void Client::Core::take_room_list(const wire::RoomList& list) {
    const auto pending = lists_.find(list.request());
    if (pending == lists_.end()) {
        ++stats_.refused.unexpected_messages;
        return;
    }
    const RoomsHandler done = std::move(pending->second);
    lists_.erase(pending);
    RoomPage page;
    page.total = list.total();
    for (const wire::RoomLine* line : *list.rooms()) page.rooms.push_back(wire::summary_of(*line));
    if (done) done(page);
}

void Client::Core::enter_room(const Place& place, std::optional<Tick> floor) {
    if (room_.is_set() && place.room != room_)
        subscriptions_.remove("room/" + std::to_string(room_.value));
    const bool is_same = view_ && place.presence == presence_ && place.room == room_;
    if (place.is_at_other_server) {
        // Its ticks and numbers are others.
        inputs_.clear();
        predicted_from_.reset();
        for (const auto& prediction : predictions_) prediction->stop();
    }
    if (place.is_at_other_server && !is_same) {
        room_state_.leave();
        private_state_.leave();
        people_ = {};
    }
    const bool is_back =
        view_ && place.presence == presence_ && (!place.is_at_other_server || is_same);
    awaits_moved_room_ = place.is_at_other_server && is_same;
    room_ = place.room;
    presence_ = place.presence;
    room_digest_ = place.schema_digest;
    room_grace_ = place.grace;
    look_at_room();
    if (is_back) {
        view_->begin_again();
        playout_.begin_again();
    } else if (view_) {
        view_->clear(floor);
        playout_.clear();
        for (const auto& prediction : predictions_) prediction->stop();
    }
    people_.enter(presence_);
    room_state_.enter(presence_);
    private_state_.enter(presence_);
    last_ack_.reset();
}

void Client::Core::exit_room(LeaveReason reason, const std::string& detail) {
    if (!room_.is_set()) return;
    subscriptions_.remove("room/" + std::to_string(room_.value));
    room_ = {};
    presence_ = {};
    awaits_moved_room_ = false;
    people_.leave();
    inputs_.clear();
    input_.clear();
    if (view_) view_->clear();
    playout_.clear();
    view_ = nullptr;
    predicted_from_.reset();
    for (const auto& prediction : predictions_) prediction->stop();
    room_state_.leave();
    private_state_.leave();
    if (on_room_left) on_room_left(reason, detail);
}

void Client::Core::fail_requests() {
    const auto joins = std::exchange(joins_, {});
    const auto lists = std::exchange(lists_, {});
    const auto answers = std::exchange(answers_, {});
    waiting_.clear();
    for (const auto& [request, pending] : joins) {
        if (pending.done) pending.done({RequestError::link_lost, close_detail_, {}, {}, {}});
    }
    for (const auto& [request, done] : lists) {
        if (done) done({{}, 0, RequestError::link_lost});
    }
    for (const auto& [request, pending] : answers) {
        if (pending.done) pending.done({RequestError::link_lost, close_detail_, {}});
    }
}

} // namespace engine_net
