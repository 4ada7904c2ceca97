#include "room/room_instance.hpp"

#include <algorithm>

namespace engine_net {

// What people and the game make of a room besides playing in it.

wire::RequestError RoomInstance::command(
    PresenceId by, RoomVerb verb, PresenceId whom, const std::string& reason, std::string& detail) {
    const Seat* const self = find_seat(by);
    if (!self) return wire::RequestError::not_in_room;
    const Seat* const subject = find_seat(whom);
    const Admission admission =
        room_->on_command(self->presence, verb, subject ? &subject->presence : nullptr);
    if (!admission.is_accepted()) {
        detail = admission.reason();
        return wire::RequestError::refused_by_game;
    }
    const wire::RequestError error = roster_.command(by, verb, whom);
    if (error != wire::RequestError::none) return error;
    if (verb == RoomVerb::lock || verb == RoomVerb::unlock) set_locked(verb == RoomVerb::lock);
    if (verb == RoomVerb::kick || verb == RoomVerb::ban)
        remove(whom, reason, verb == RoomVerb::ban);
    return error;
}

CallResult RoomInstance::call(PresenceId who, std::string_view name, Bytes payload) {
    Seat* const seat = find_seat(who);
    return seat ? room_->on_call(seat->presence, name, payload)
                : CallResult::refuse("not in this room");
}

bool RoomInstance::remove(PresenceId who, const std::string& reason, bool for_ever) {
    const Seat* const seat = find_seat(who);
    if (!seat) return false;
    if (for_ever) banned_.insert(seat->presence.user());
    kick(who, reason);
    return true;
}

/// Who is there and what they press is told first: the recording has no begin to know it from.
void RoomInstance::record(std::unique_ptr<RoomTape> tape, std::string file) {
    tape_ = std::move(tape);
    recorded_as_ = std::move(file);
    for (const auto& [id, member] : roster_.members()) tape_->join(member);
    for (const auto& seat : seats_) tape_->add_input(seat->presence.id(), seat->last_input);
}

void RoomInstance::stop_recording() {
    if (tape_) past_drops_ += tape_->dropped_ticks();
    tape_.reset();
    recorded_as_.clear();
}

void RoomInstance::pause(std::uint32_t steps) {
    steps_left_ = is_paused_ ? steps_left_ + steps : steps;
    is_paused_ = true;
}

const Viewer* RoomInstance::viewer_of(PresenceId who) const {
    const Seat* const seat = find_seat(who);
    return seat && seat->viewer ? &*seat->viewer : nullptr;
}

bool RoomInstance::set_metadata(PresenceId by, Bytes metadata) {
    if (by != roster_.host()) return false;
    set_metadata(metadata);
    return true;
}

void RoomInstance::set_metadata(Bytes metadata) {
    if (std::ranges::equal(metadata, settings_.metadata)) return;
    settings_.metadata.assign(metadata.begin(), metadata.end());
    outbox_.has_changed = true;
}

bool RoomInstance::owes_roster(PresenceId who) const {
    const Seat* const seat = find_seat(who);
    return seat && seat->roster_sender.has_news(roster_);
}

void RoomInstance::send_roster(PresenceId who,
                               std::size_t count,
                               wire::PeopleEncoder& encoder,
                               const DatagramSink& send) {
    if (Seat* const seat = find_seat(who))
        seat->roster_sender.send(who, roster_, count, encoder, send);
}

void RoomInstance::set_locked(bool locked) {
    outbox_.has_changed = outbox_.has_changed || locked != is_locked_;
    is_locked_ = locked;
}

void RoomInstance::drain(std::uint32_t ticks, std::string reason) {
    if (has_ended_) return;
    outbox_.has_changed = true;
    is_draining_ = true;
    end_reason_ = std::move(reason);
    room_->on_drain(ticks);
}

void RoomInstance::kick(PresenceId who, std::string reason) {
    outbox_.kicks.push_back({who, std::move(reason)});
}

void RoomInstance::close(std::string reason) {
    has_ended_ = true;
    end_reason_ = std::move(reason);
}

} // namespace engine_net
