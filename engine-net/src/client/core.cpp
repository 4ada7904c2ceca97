#include "client/core.hpp"

#include "core/assert.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <utility>

namespace engine_net {

namespace {

using namespace std::chrono_literals;

/// Heartbeats come this often until the clock is known well, and while a move waits for what was
/// sent to be known to have arrived, then at the configured rate.
constexpr Duration joining_heartbeat_interval = 50ms;
constexpr Duration joining_time = 500ms;

} // namespace

/// The whole of a client: each line is a stage, and the functions below follow in its order.
void Client::Core::poll(Time now) {
    ENGINE_NET_ASSERT(now >= now_);
    now_ = now;
    if (state_ == ClientState::closed) return;
    if (!has_begun_) begin(now);

    receive(now);
    tell_states();
    clock_.advance_to(now);
    advance_playout(now);
    fail_late_answers(now);
    keep_connected(now);
    keep_moving(now);
    keep_departed(now);
    send(now);
    ended_.clear();
}

void Client::Core::receive(Time now) {
    // A welcome makes the attempt the link while it is being read.
    if (Link* const link = link_.get()) link->receive(now, *this);
    if (Link* const attempt = attempt_.get()) attempt->receive(now, *this);
    // The first that is up ends the others.
    std::size_t next = 0;
    while (next < others_.size()) others_[next++]->receive(now, *this);
    if (Link* const ahead = roaming_.moving ? roaming_.moving->link.get() : nullptr)
        ahead->receive(now, *this);
    if (Link* const left = roaming_.departed ? roaming_.departed->link.get() : nullptr)
        left->receive(now, *this);
}

void Client::Core::on_link_message(Link& link, Channel channel, Bytes message) {
    if (state_ == ClientState::closed) return;
    if (is_moving(link)) return receive_ahead(link, channel, message);
    if (roaming_.departed && roaming_.departed->link.get() == &link)
        return receive_departed(channel, message);
    if (&link != link_.get() && &link != attempt_.get()) return; // given up a moment ago
    if (channel == Channel::control || channel == Channel::events) {
        if (const wire::Envelope* envelope = wire::decode_control(message))
            return route_control(link, *envelope);
        ++stats_.refused.malformed_messages;
        return;
    }
    if (&link != link_.get()) return; // the rest counts only once the session is on this link
    switch (channel) {
    case Channel::snapshots: return receive_snapshot(message);
    case Channel::bulk: return receive_bulk(message);
    case Channel::inputs: return route_hot(message);
    default: ++stats_.refused.unexpected_messages;
    }
}

void Client::Core::route_control(Link& link, const wire::Envelope& envelope) {
    if (const wire::Welcome* welcome = envelope.message_as_Welcome())
        return take_welcome(link, *welcome);
    if (const wire::Refuse* refuse = envelope.message_as_Refuse())
        return take_refusal(link, *refuse);
    if (const wire::StateCheck* check = envelope.message_as_StateCheck())
        return check_state(*check);
    switch (incoming_.accept(envelope.offset())) {
    case ReliableInbox::Verdict::fresh: return route_logged(envelope);
    case ReliableInbox::Verdict::repeated: return;
    // What a resume replays can overtake its welcome, and then comes again; a hole else is the
    // server's fault.
    case ReliableInbox::Verdict::gap: ++stats_.refused.unexpected_messages; return;
    }
}

void Client::Core::route_hot(Bytes message) {
    switch (wire::kind_of(message)) {
    case wire::HotKind::heartbeat:
        if (const auto heartbeat = wire::decode_heartbeat(message))
            return take_heartbeat(*heartbeat);
        break;
    case wire::HotKind::event:
        if (const auto event = wire::decode_event(message)) {
            if (event->room == room_ && on_event) on_event(event->payload);
            return;
        }
        break;
    case wire::HotKind::input:
    case wire::HotKind::none: break;
    }
    ++stats_.refused.malformed_messages;
}

void Client::Core::receive_snapshot(Bytes datagram) {
    if (!view_) return;
    if (std::exchange(awaits_moved_room_, false)) {
        view_->clear();
        playout_.clear();
    }
    ++stats_.snapshot_datagrams;
    stats_.snapshot_bytes += datagram.size();
    Replica& replica = view_->replica();
    const auto newest = replica.newest_tick();
    switch (replica.receive(datagram)) {
    case ReceiveOutcome::ok:
        if (replica.newest_tick() != newest) playout_.note_arrival(*replica.newest_tick(), now_);
        break;
    case ReceiveOutcome::stale: ++stats_.stale_snapshots; break;
    case ReceiveOutcome::malformed:
    case ReceiveOutcome::unknown_version: ++stats_.snapshots_refused; break;
    }
}

/// What is shown moves on, and the entities with it once the game has looked at them.
void Client::Core::advance_playout(Time now) {
    if (!view_) return;
    playout_.advance(now);
    const auto shown = playout_.shown_at(now);
    if (shown && view_->interpolator().is_shown())
        view_->interpolator().show(view_->replica(), *shown);
}

const RoomView* Client::Core::view_at(Time now, Shown& shown) {
    if (!view_ || shown == Shown::newest) return view_;
    shown = Shown::interpolated;
    if (const auto moment = playout_.shown_at(now)) {
        view_->interpolator().show(view_->replica(), *moment);
    } else {
        shown = Shown::newest;
    }
    return view_;
}

void Client::Core::receive_bulk(Bytes message) {
    switch (wire::bulk_kind_of(message)) {
    case wire::BulkKind::room_state:
    case wire::BulkKind::own_state:
        if (const auto piece = wire::decode_state_piece(message)) return receive_state(*piece);
        break;
    case wire::BulkKind::schema:
        if (const auto piece = wire::decode_schema_piece(message)) return receive_schema(*piece);
        break;
    case wire::BulkKind::room_news:
        if (room_list_.receive(message)) return;
        break;
    case wire::BulkKind::room_people:
        if (people_.receive(message)) return;
        break;
    case wire::BulkKind::pings:
        if (people_.receive_pings(message)) return;
        break;
    case wire::BulkKind::channel:
        if (subscriptions_.receive(message)) return;
        break;
    case wire::BulkKind::users:
        if (user_list_.receive(message)) return;
        break;
    case wire::BulkKind::none: break;
    }
    ++stats_.refused.malformed_messages;
}

void Client::Core::receive_state(const wire::StatePiece& piece) {
    StateInbox& inbox =
        piece.header.kind() == wire::BulkKind::room_state ? room_state_ : private_state_;
    if (!inbox.receive(piece)) ++stats_.refused.unexpected_messages;
}

void Client::Core::tell_states() {
    if (room_list_.take_news() && on_rooms) on_rooms();
    if (people_.take_news() && on_room_change) on_room_change();
    if (room_state_.take_news() && on_room_state) on_room_state();
    if (private_state_.take_news() && on_private_state) on_private_state();
}

void Client::Core::check_state(const wire::StateCheck& check) {
    const auto hash = view_ ? view_->replica().state_hash(Tick{check.tick()}) : std::nullopt;
    if (!hash) return;
    ++stats_.state_checks;
    if (*hash == check.hash()) return;
    ++stats_.state_mismatches;
    config_.log(LogLevel::error,
                "the state of tick " + std::to_string(check.tick()) + " differs from the server's");
}

void Client::Core::take_heartbeat(const wire::Heartbeat& heartbeat) {
    outgoing_.acknowledge(heartbeat.received());
    if (const auto sample = heartbeats_.take(heartbeat, now_)) clock_.add(*sample);
    take_input_report(heartbeat);
    const Acks acks = view_ ? view_->replica().acks() : Acks{};
    if (acks.any) {
        loss_in_.note(acks.newest, static_cast<std::uint16_t>(view_->replica().datagrams()));
    }
    const Duration due(static_cast<std::int64_t>(heartbeat.sent_us()) - heartbeat.tick_age_us());
    clock_.set_tick(Tick{heartbeat.tick()}, Time(due));
}

void Client::Core::send(Time now) {
    const std::size_t fresh = view_ ? give_inputs(now) : 0;
    if (view_ && !awaits_moved_room_) predict_all(now);
    if (link_ && state_ == ClientState::online) {
        const bool has_sent = view_ && send_inputs(now, fresh);
        send_heartbeat(now, has_sent);
    }
    if (link_) link_->flush(now);
    if (attempt_) attempt_->flush(now);
    for (const auto& other : others_) other->flush(now);
    if (roaming_.moving && roaming_.moving->link) roaming_.moving->link->flush(now);
    if (roaming_.departed && roaming_.departed->link) roaming_.departed->link->flush(now);
}

/// In a datagram with an input it costs few bytes, so it waits a little for one, or comes a little
/// too soon.
void Client::Core::send_heartbeat(Time now, bool has_company) {
    const bool is_joining = now - link_->opened() < joining_time;
    const Duration interval = is_joining || roaming_.moving ? joining_heartbeat_interval
                                                            : Duration(config_.heartbeat_interval);
    const Duration slack = view_ ? std::min<Duration>(clock_.tick_period(), interval / 4) : 0ms;
    const auto last = heartbeats_.last_sent();
    if (last && now - *last < (has_company ? interval - slack / 2 : interval + slack)) return;
    hot_message_.clear();
    wire::encode_heartbeat(heartbeats_.next(now, incoming_.received()), hot_message_);
    link_->send(Channel::inputs, hot_message_);
}

Time Client::Core::next_poll() const {
    if (state_ == ClientState::closed) return Time::max();
    const Duration tick = Duration(1'000'000) / std::max(clock_.ticks_per_second(), 1u);
    return now_ + (state_ == ClientState::online ? std::min<Duration>(tick, 10ms) : Duration(10ms));
}

void Client::Core::wait_until(Time deadline) {
    link_ ? link_->wait_until(deadline) : Clock::sleep_until(deadline);
}

std::vector<TypeTraffic> Client::Core::traffic() {
    return view_ ? view_->traffic() : std::vector<TypeTraffic>();
}

void Client::Core::add_playout(ClientStats& stats) const {
    const PlayoutCounts& counts = playout_.counts();
    stats.shown_frames = counts.shown;
    stats.starved_frames = counts.starved;
    stats.playout_jumps = counts.jumps;
    stats.extrapolated_time = counts.extrapolated;
    const auto behind = [&](const std::optional<TickTime>& moment) {
        const auto age = moment ? clock_.age_of(moment->tick, clock_.server_time(now_))
                                : std::optional<Duration>();
        if (!age) return Duration(0);
        const double period = static_cast<double>(clock_.tick_period().count());
        return *age - Duration(static_cast<std::int64_t>(moment->fraction * period));
    };
    stats.interpolation_delay = behind(playout_.shown_at(now_));
    stats.interpolation_delay_target = behind(playout_.target_at(now_));
}

ClientStats Client::Core::stats() const {
    ClientStats stats = stats_;
    stats.round_trip = heartbeats_.round_trip();
    stats.jitter = heartbeats_.jitter();
    if (!predictions_.empty()) stats.prediction = predictions_.front()->stats();
    stats.loss_in = loss_in_.loss();
    stats.loss_out = loss_out_.loss();
    stats.input_lead = lead_.lead();
    stats.input_margin = lead_.reported();
    add_playout(stats);
    if (view_) stats.newest_tick = view_->replica().newest_tick().value_or(stats.newest_tick);
    stats.refused.malformed_messages +=
        room_state_.versions_refused() + private_state_.versions_refused();
    stats.wrong_thread_calls = thread.refused();
    if (link_) {
        stats.link = link_->host().stats();
        stats.refused.oversize_messages = link_->host().oversize_messages();
    }
    return stats;
}

} // namespace engine_net
