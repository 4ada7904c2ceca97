#include "room/room_instance.hpp"

#include "core/assert.hpp"

#include <algorithm>

namespace engine_net {

namespace {

/// A FlatBuffer is read in place, so it must start where its largest scalar may.
bool is_aligned(Bytes bytes) {
    return reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(std::uint64_t) == 0;
}

} // namespace

RoomInstance::RoomInstance(
    const RoomKind& kind, Settings settings, Tick tick, Time now, const wire::SavedRoom* saved)
    : kind_(kind)
    , settings_(std::move(settings))
    , created_(now)
    , empty_since_(now)
    , roster_(kind.roster)
    , tick_(tick)
    , room_(kind.make())
    , input_check_(room_ ? kind.schema.find_check(room_->input_type()) : nullptr)
    , history_(kind.schema)
    , encoder_(history_, kind.codecs.empty() ? nullptr : kind.codecs.at(settings_.worker).get()) {
    ENGINE_NET_ASSERT(room_ != nullptr);
    thread.take();
    if (kind.make_tape && !kind.codecs.empty()) tape_ = kind.make_tape(taped());
    if (encoder_.scoped() && (kind.interest.radius > 0 || kind.interest.asks_room)) {
        interest_.emplace(history_,
                          *encoder_.scoped(),
                          kind.interest,
                          [this](PresenceId viewer, const SeenEntity& entity) {
                              const Seat* const seat = find_seat(viewer);
                              return seat ? room_->relevance(seat->presence, entity) : 0;
                          });
    }
    make_feed();
    room_->instance_ = this;
    saved ? void(is_sound_ = take_up(*saved, now)) : room_->on_create();
}

Result<PresenceId, std::string> RoomInstance::join(const Newcomer& who) {
    const PresenceId id = who.id;
    [[maybe_unused]] const bool has_place = who.is_spectator      ? has_place_to_watch()
                                            : who.has_reservation ? reserved_ > 0
                                                                  : !is_full();
    ENGINE_NET_ASSERT(!has(id) && has_place);
    const Admission admission = room_->on_join_request(
        {who.session, who.name, who.user, players(), who.is_spectator, who.team});
    if (!admission.is_accepted()) return Unexpected(admission.reason());
    roster_.join({.id = id,
                  .user = who.user,
                  .name = who.name,
                  .colour = who.colour,
                  .is_spectator = who.is_spectator,
                  .team = who.team});
    room_->on_join(add_seat(who).presence);
    return id;
}

/// Of one whom the roster has.
RoomInstance::Seat& RoomInstance::add_seat(const Newcomer& who) {
    if (tape_) tape_->join(*roster_.find(who.id));
    seats_.push_back(std::make_unique<Seat>(Seat{
        Presence(who.id, who.session, who.name, who.user, who.colour, who.is_spectator, who.team),
        InputQueue(settings_.input_window_ticks),
        {},
        std::nullopt,
    }));
    Seat& seat = *seats_.back();
    seat.viewer.emplace(encoder_for(seat.presence), who.id, kind_.bytes_per_second);
    presences_.push_back(&seat.presence);
    by_id_.insert(place_of(who.id), {who.id, &seat});
    empty_since_.reset();
    return seat;
}

void RoomInstance::leave(PresenceId who, LeaveReason reason, Time now) {
    const auto seat = std::find_if(seats_.begin(), seats_.end(), [&](const auto& s) {
        return s->presence.id() == who;
    });
    if (seat == seats_.end()) return;
    roster_.leave(who);
    if (tape_) tape_->leave(who);
    room_->on_leave((*seat)->presence, reason);
    count_snapshots(*(*seat)->viewer, past_);
    std::erase(presences_, &(*seat)->presence);
    by_id_.erase(place_of(who));
    seats_.erase(seat);
    if (seats_.empty()) empty_since_ = now;
}

void RoomInstance::suspend(PresenceId who) {
    Seat* const seat = find_seat(who);
    if (!seat || !seat->presence.is_connected()) return;
    seat->presence.set_connected(false);
    roster_.set_connected(who, false);
    seat->inputs.clear();
    seat->last_input.clear();
    if (tape_) tape_->add_input(who, {});
    room_->on_suspend(seat->presence);
}

void RoomInstance::resume(PresenceId who) {
    Seat* const seat = find_seat(who);
    if (!seat) return;
    // The new peer acks nothing of what the old one got.
    count_snapshots(*seat->viewer, past_);
    seat->viewer.emplace(encoder_for(seat->presence), who, kind_.bytes_per_second);
    seat->seen.reset();
    seat->state_sender.restart();
    seat->roster_sender.restart();
    seat->inputs.clear();
    seat->presence.set_connected(true);
    roster_.set_connected(who, true);
    room_->on_resume(seat->presence);
}

RoomInstance::InputVerdict
RoomInstance::queue_input(PresenceId who, const QueuedInput& input, Tick next) {
    Seat* const seat = find_seat(who);
    if (!seat) return InputVerdict::late;
    if (seat->presence.is_spectator()) return InputVerdict::spectating;
    if (!input_check_ || !input_check_->is_sane(input.bytes)) return InputVerdict::malformed;
    switch (seat->inputs.queue(input, next)) {
    case InputQueue::Verdict::queued: return InputVerdict::queued;
    case InputQueue::Verdict::repeated: return InputVerdict::repeated;
    case InputQueue::Verdict::late: ++seat->input_stats.late; return InputVerdict::late;
    case InputQueue::Verdict::early: ++seat->input_stats.early; return InputVerdict::early;
    }
    return InputVerdict::malformed;
}

InputStats RoomInstance::input_stats(PresenceId who) const {
    const Seat* const seat = find_seat(who);
    return seat ? seat->input_stats : InputStats{};
}

Rewind RoomInstance::rewind(PresenceId viewer) const {
    const Seat* const seat = find_seat(viewer);
    constexpr std::int32_t parts = 64; // of a tick
    std::int32_t ago = 0;
    if (seat && seat->shown_ago != nothing_shown)
        ago = std::min<std::int32_t>(seat->shown_ago, kind_.max_rewind_ticks * parts);
    const std::int32_t ticks = (ago + parts - 1) / parts;
    return {history_, tick_ - ticks, (ticks * parts - ago) / double{parts}, settings_.tick_rate};
}

void RoomInstance::acknowledge(PresenceId who, std::uint16_t newest, std::uint32_t bits) {
    if (Seat* const seat = find_seat(who)) seat->viewer->on_ack(newest, bits);
}

bool RoomInstance::receive_event(PresenceId who, EventBytes event) {
    Seat* const seat = find_seat(who);
    if (!seat) return true;
    const std::vector<std::uint8_t> copy =
        is_aligned(event) ? std::vector<std::uint8_t>{} : std::vector(event.begin(), event.end());
    const bool is_taken = room_->on_event_bytes(seat->presence, copy.empty() ? event : copy);
    if (is_taken && tape_) tape_->add_client_event(tick_, who, event);
    return is_taken;
}

void RoomInstance::simulate(Tick tick) {
    tick_ = tick;
    if (is_frozen_ || (is_paused_ && steps_left_ == 0)) {
        for (const auto& seat : seats_) {
            (void)seat->inputs.take(tick);
            if (tape_) tape_->add_input(seat->presence.id(), {});
        }
        return;
    }
    if (is_paused_) --steps_left_;
    if (const auto phase = roster_.advance(tick)) {
        outbox_.has_changed = true;
        room_->on_phase(*phase);
    }
    for (const auto& seat : seats_) give_input(*seat, tick);
    room_->on_tick(tick);
}

/// The one that came for this tick; else, for a while, the last one.
void RoomInstance::give_input(Seat& seat, Tick tick) {
    const std::optional<QueuedInput> input = seat.inputs.take(tick);
    seat.input_gap.note(tick, input.has_value());
    if (input) {
        ++seat.input_stats.taken;
        seat.last_input.assign(input->bytes.begin(), input->bytes.end());
        seat.repeated_inputs = 0;
        seat.shown_ago = input->shown_ago;
    } else if (seat.last_input.empty()) {
        return;
    } else if (seat.repeated_inputs == kind_.repeated_input_ticks) {
        ++seat.input_stats.missing;
        if (tape_) tape_->add_input(seat.presence.id(), {});
        return;
    } else {
        ++seat.input_stats.repeated;
        ++seat.repeated_inputs;
    }
    if (tape_) tape_->add_input(seat.presence.id(), seat.last_input);
    room_->on_input_bytes(seat.presence, seat.last_input);
}

void RoomInstance::snapshot(Tick tick) {
    room_->describe(history_.begin(tick));
    history_.commit();
    if (tape_) tape_->add_frame(*history_.newest(), state_.bytes(), state_.version());
    if (byte_watch_ && byte_watch_->is_forgotten(tick)) byte_watch_.reset();
    if (byte_watch_) byte_watch_->begin_tick();
}

void RoomInstance::encode(PresenceId who, std::uint32_t ticks, const DatagramSink& send) {
    Seat* const seat = find_seat(who);
    if (!seat || !is_due(*seat, ticks)) return;
    const Sight sight = sight_of(*seat);
    seat->seen = sight.slots;
    SnapshotMeter* const meter = byte_watch_ ? byte_watch_->meter_for(who) : nullptr;
    seat->viewer->encode(tick_, sight, send, meter);
}

const SnapshotBits& RoomInstance::watch_bytes(PresenceId viewer) {
    if (!byte_watch_)
        byte_watch_ = std::make_unique<ByteWatch>(kind_.schema.types(), settings_.tick_rate);
    return byte_watch_->ask(viewer, tick_);
}

bool RoomInstance::is_due(const Seat& seat, std::uint32_t ticks) const {
    const std::uint32_t wanted = seat.snapshot_rate == 0 ? kind_.snapshot_rate : seat.snapshot_rate;
    if (wanted == 0 || wanted >= settings_.tick_rate) return true;
    const std::uint64_t number = tick_.value;
    return number * wanted / settings_.tick_rate != (number - ticks) * wanted / settings_.tick_rate;
}

Sight RoomInstance::sight_of(const Seat& seat) {
    if (!interest_ || is_delayed(seat.presence)) return {};
    return interest_->sight(
        tick_, seat.presence.id(), room_->viewpoint(seat.presence), seat.seen.get());
}

void RoomInstance::tape_event(std::span<const Presence* const> to, EventBytes event) {
    if (!tape_) return;
    std::vector<PresenceId> people;
    people.reserve(to.size());
    for (const Presence* const presence : to) people.push_back(presence->id());
    tape_->add_private_event(tick_, people, event);
}

TickRange RoomInstance::input_gap(PresenceId who) const {
    const Seat* const seat = find_seat(who);
    return seat ? seat->input_gap.longest() : TickRange{};
}

bool RoomInstance::owes_states(PresenceId who) const {
    const Seat* const seat = find_seat(who);
    return seat && !seat->state_sender.has_sent({state_for(seat->presence), seat->private_state});
}

void RoomInstance::send_states(PresenceId who, std::size_t count, const DatagramSink& send) {
    if (Seat* const seat = find_seat(who))
        seat->state_sender.send(who, {state_for(seat->presence), seat->private_state}, count, send);
}

std::optional<StateCheck> RoomInstance::take_state_check(PresenceId who) {
    Seat* const seat = find_seat(who);
    return seat ? seat->viewer->take_state_check() : std::nullopt;
}

RoomInstance::Outbox RoomInstance::take_outbox() {
    return std::exchange(outbox_, {});
}

bool RoomInstance::has(PresenceId who) const {
    return find_seat(who) != nullptr;
}

std::optional<SessionId> RoomInstance::session_of(PresenceId who) const {
    const Seat* const seat = find_seat(who);
    return seat ? std::optional(seat->presence.session()) : std::nullopt;
}

bool RoomInstance::is_over(Time now, Duration empty_linger) const {
    if (has_ended_ || (is_draining_ && empty_since_)) return true;
    return !settings_.stays_when_empty && reserved_ == 0 && empty_since_ &&
           now - *empty_since_ >= empty_linger;
}

RoomSummary RoomInstance::summary(Time now) const {
    return {settings_.id,
            kind_.name,
            settings_.name,
            static_cast<std::uint32_t>(players()),
            settings_.capacity,
            now - created_,
            !settings_.password.empty(),
            is_locked(),
            static_cast<std::uint32_t>(roster_.spectators()),
            roster_.phase(),
            settings_.metadata};
}

void RoomInstance::count_snapshots(const Viewer& viewer, SnapshotCounts& counts) {
    counts.limited += viewer.limited_ticks();
    counts.oversize += viewer.oversize_ticks();
}

void RoomInstance::add_to(ServerStats& stats) const {
    stats.snapshots_coded += encoder_.coded();
    stats.snapshots_shared += encoder_.shared();
    SnapshotCounts counts = past_;
    for (const auto& seat : seats_) count_snapshots(*seat->viewer, counts);
    stats.snapshots_limited += counts.limited;
    stats.snapshots_oversize += counts.oversize;
    stats.entities_refused += history_.entities_refused();
    if (feed_) stats.feed_pieces_dropped += feed_->left_out();
    stats.recording_ticks_dropped += past_drops_ + (tape_ ? tape_->dropped_ticks() : 0);
    stats.wrong_thread_calls += thread.refused();
}

void RoomInstance::send_event(std::span<const Presence* const> to,
                              EventBytes event,
                              Delivery delivery) {
    std::vector<PresenceId> ids;
    ids.reserve(to.size());
    for (const Presence* presence : to) {
        if (!is_delayed(*presence)) ids.push_back(presence->id());
    }
    if (!ids.empty())
        outbox_.events.push_back({std::move(ids), delivery, {event.begin(), event.end()}});
}

void RoomInstance::set_private_state(PresenceId who, Bytes state) {
    if (Seat* const seat = find_seat(who)) seat->private_state.set(state);
}

void RoomInstance::set_snapshot_rate(PresenceId who, std::uint32_t rate) {
    if (Seat* const seat = find_seat(who)) seat->snapshot_rate = rate;
}

/// Of this one, or where it would go.
std::vector<RoomInstance::SeatById>::const_iterator RoomInstance::place_of(PresenceId who) const {
    return std::ranges::lower_bound(by_id_, who, {}, &SeatById::id);
}

RoomInstance::Seat* RoomInstance::find_seat(PresenceId who) const {
    const auto place = place_of(who);
    return place == by_id_.end() || place->id != who ? nullptr : place->seat;
}

} // namespace engine_net
