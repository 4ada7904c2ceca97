#include "client/core.hpp"

#include <algorithm>
#include <utility>

namespace engine_net {

// What the server says to a Hello or a Resume, and at the end.

namespace {

CloseReason close_reason_of(wire::LeaveReason reason) {
    switch (reason) {
    case wire::LeaveReason::left: return CloseReason::left;
    case wire::LeaveReason::timed_out: return CloseReason::timed_out;
    case wire::LeaveReason::kicked:
    case wire::LeaveReason::room_closed: return CloseReason::kicked;
    case wire::LeaveReason::node_lost:
    case wire::LeaveReason::server_closing: return CloseReason::server_closing;
    case wire::LeaveReason::protocol_error: return CloseReason::protocol_error;
    }
    return CloseReason::protocol_error;
}

CloseReason close_reason_of(wire::RefuseReason reason) {
    switch (reason) {
    case wire::RefuseReason::server_closing: return CloseReason::server_closing;
    case wire::RefuseReason::protocol_error: return CloseReason::protocol_error;
    case wire::RefuseReason::replaced: return CloseReason::replaced;
    case wire::RefuseReason::protocol_version:
    case wire::RefuseReason::bad_name:
    case wire::RefuseReason::not_authentic:
    case wire::RefuseReason::resume_refused:
    case wire::RefuseReason::elsewhere:
    case wire::RefuseReason::seat_refused:
    case wire::RefuseReason::not_yet:
    case wire::RefuseReason::server_full: return CloseReason::refused;
    case wire::RefuseReason::token_missing:
    case wire::RefuseReason::token_invalid:
    case wire::RefuseReason::token_expired:
    case wire::RefuseReason::token_for_another_server:
    case wire::RefuseReason::token_already_used:
    case wire::RefuseReason::token_memory_full: return CloseReason::token_refused;
    }
    return CloseReason::refused;
}

std::string text_of(const flatbuffers::String* text) {
    return text ? text->str() : std::string();
}

} // namespace

void Client::Core::take_welcome(Link& link, const wire::Welcome& welcome) {
    if (&link != attempt_.get()) {
        ++stats_.refused.unexpected_messages;
        return;
    }
    if (link_) ended_.push_back(std::move(link_));
    link_ = std::move(attempt_);
    arrive_at(aim());
    if (credentials_ && !welcome.resumed()) {
        // The server that the session was on is gone; this one knows by the ticket whose it was.
        const std::uint32_t last_request = last_request_;
        start_over(welcome, last_request, Leaving{LeaveReason::node_lost, {}});
        fail_requests_until(last_request);
        if (state_ != ClientState::closed) tell_resumed(Tick{welcome.tick()});
        return;
    }
    begin_session(welcome);
    if (state_ == ClientState::closed) return;
    if (welcome.room() != 0) enter_room(place_in(welcome), std::nullopt);
    if (welcome.resumed()) {
        ++stats_.resumes;
        if (schema_inbox_.expected()) ask_for_schema();
        ask_again();
        tell_resumed(Tick{welcome.tick()});
    }
    for (const auto& send : std::exchange(waiting_, {})) send();
}

Client::Core::Place Client::Core::place_in(const wire::Welcome& welcome) {
    return {RoomId{welcome.room()},
            PresenceId{welcome.presence()},
            welcome.schema_digest(),
            std::chrono::milliseconds(welcome.room_grace_ms())};
}

/// On `link_`, which has brought the welcome.
void Client::Core::begin_session(const wire::Welcome& welcome) {
    credentials_.emplace();
    credentials_->session = SessionId{welcome.session()};
    std::copy_n(
        welcome.secret()->begin(), credentials_->secret.size(), credentials_->secret.begin());
    if (has_forgotten_) {
        outgoing_.start_after(welcome.received());
        incoming_.start_after(welcome.sent());
        has_forgotten_ = false;
    }
    if (!outgoing_.can_replay_after(welcome.received())) {
        return close(CloseReason::timed_out,
                     "more was sent while the link was lost than could be kept");
    }
    const Bytes ticket = wire::view_of(welcome.ticket());
    ticket_.assign(ticket.begin(), ticket.end());
    user_ = text_of(welcome.user());
    lobby_grace_ = std::chrono::milliseconds(welcome.grace_ms());
    clock_.set_tick_rate(welcome.tick_rate());
    playout_.set_tick_rate(welcome.tick_rate());
    if (!own_view_) {
        own_view_.emplace(*schema_, welcome.tick_rate());
        room_digest_ = schema_->digest();
    }
    lead_.set_tick_period(clock_.tick_period());
    clock_.begin_again();
    lead_.begin_again();
    input_sequence_ = 0;
    loss_in_.begin_again();
    loss_out_.begin_again();
    heartbeats_ = {};
    attempts_ = 0;
    has_asked_to_resume_ = false;
    is_asking_to_resume_ = false;
    state_ = ClientState::online;

    link_->send(Channel::control, encoder_.confirm());
    outgoing_.replay_after(welcome.received(), [&](Bytes message) {
        link_->send(Channel::events, message);
    });
}

/// Another session than before, whose server knows nothing of what one watched, nor asked for up to
/// `last_request`. `leaving` is why
/// the room is left, if it is not the same one; nothing: because the game asked for another one.
void Client::Core::start_over(const wire::Welcome& welcome,
                              std::uint32_t last_request,
                              const std::optional<Leaving>& leaving) {
    const std::vector<std::uint32_t> leaves = roaming_.leaves.take_unheard(outgoing_);
    outgoing_ = {};
    incoming_ = {};
    clock_ = {};
    has_forgotten_ = false;
    newest_before_.reset();
    schema_inbox_.clear();
    begin_session(welcome);
    const RoomId room{welcome.room()};
    if (room_.is_set() && room != room_ && leaving) exit_room(leaving->reason, leaving->detail);
    if (state_ == ClientState::closed) return;
    if (room.is_set()) {
        Place place = place_in(welcome);
        place.is_at_other_server = true;
        enter_room(place, std::nullopt);
    }
    cancel_waits(last_request, !leaving);
    ask_joins_again(last_request, leaving ? leaves : std::vector<std::uint32_t>());
    release_held();
    if (status_) {
        send_logged(
            people_encoder_.set_status(outgoing_.next_offset(), status_->is_away, status_->text));
    }
    ask_again();
    for (const auto& send : std::exchange(waiting_, {})) send();
}

/// What the server tells of as long as the link lasts.
void Client::Core::ask_again() {
    if (room_list_.is_watching()) ask_for_rooms();
    ask_for_people();
}

void Client::Core::take_refusal(Link& link, const wire::Refuse& refuse) {
    // A link that is being replaced has nothing to say any more.
    if (&link == link_.get() && attempt_) return;
    // By an attempt of its own, which it gave up when the link lived again: there will be another.
    if (&link == link_.get() && refuse.reason() == wire::RefuseReason::replaced &&
        has_asked_to_resume_)
        return link.give_up();
    const bool is_attempt = &link == attempt_.get();
    const bool is_sent_on = refuse.reason() == wire::RefuseReason::elsewhere;
    if (is_attempt && is_sent_on && go_elsewhere(refuse.elsewhere())) return;
    if (is_attempt && refuse.reason() == wire::RefuseReason::seat_refused && !seat_.empty()) {
        seat_.clear();
        return end_attempts(); // and the same is said there without it
    }
    if (is_attempt && refuse.reason() == wire::RefuseReason::not_yet && !ticket_.empty())
        return ask_again_soon(now_);
    const bool is_of_one_server = is_sent_on ||
                                  refuse.reason() == wire::RefuseReason::server_full ||
                                  refuse.reason() == wire::RefuseReason::server_closing;
    if (is_attempt && is_of_one_server && !ticket_.empty()) return give_attempt_up(now_);
    close(close_reason_of(refuse.reason()), text_of(refuse.detail()));
}

void Client::Core::take_goodbye(const wire::Goodbye& goodbye) {
    const Farewell farewell{
        close_reason_of(goodbye.reason()),
        {static_cast<LeaveReason>(goodbye.reason()), text_of(goodbye.detail())}};
    if (roaming_.moving) {
        roaming_.moving->farewell = farewell;
        return;
    }
    take_farewell(farewell);
}

void Client::Core::take_farewell(const Farewell& farewell) {
    exit_room(farewell.leaving.reason, farewell.leaving.detail);
    close(farewell.close_reason, farewell.leaving.detail);
}

} // namespace engine_net
