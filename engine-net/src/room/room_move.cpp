#include "room/room_instance.hpp"

namespace engine_net {

// How a room goes from one server to another: all that makes it the same room.

std::optional<wire::SavedRoom> RoomInstance::save(Time now) const {
    std::optional<std::vector<std::uint8_t>> game = room_->on_save();
    if (!game || game->size() > max_saved_game_bytes) return std::nullopt;
    wire::SavedRoom saved;
    saved.game = std::move(*game);
    saved.id = settings_.id;
    saved.kind = kind_.name;
    saved.schema_digest = kind_.schema.digest();
    saved.name = settings_.name;
    saved.capacity = settings_.capacity;
    saved.stays_when_empty = settings_.stays_when_empty;
    saved.is_private = settings_.is_private;
    saved.is_by_invitation = settings_.is_by_invitation;
    saved.password = settings_.password;
    saved.invite = settings_.invite;
    saved.metadata = settings_.metadata;
    saved.seed = settings_.seed;
    saved.age = now - created_;
    saved.is_locked = is_locked_;
    saved.is_paused = is_paused_;
    roster_.save(saved, tick_);
    saved.saved_at = tick_;
    saved.banned = banned_;
    const Bytes state = state_.bytes();
    saved.state = {{state.begin(), state.end()}, state_.version()};
    saved.members.reserve(seats_.size());
    for (const auto& seat : seats_) {
        const Bytes own = seat->private_state.bytes();
        saved.members.push_back({*roster_.find(seat->presence.id()),
                                 seat->presence.session(),
                                 seat->snapshot_rate,
                                 {{own.begin(), own.end()}, seat->private_state.version()}});
    }
    return saved;
}

/// False: the game can't.
bool RoomInstance::take_up(const wire::SavedRoom& saved, Time now) {
    created_ = now - saved.age;
    is_locked_ = saved.is_locked;
    is_paused_ = saved.is_paused;
    banned_ = saved.banned;
    state_ = PublishedState(saved.state.bytes, saved.state.version);
    roster_.restore(saved, tick_);
    for (const wire::SavedRoom::Member& one : saved.members) {
        const RoomMember& member = one.member;
        Seat& seat = add_seat({.id = member.id,
                               .session = one.session,
                               .name = member.name,
                               .user = member.user,
                               .colour = member.colour,
                               .is_spectator = member.is_spectator,
                               .team = member.team});
        seat.presence.set_connected(false);
        seat.snapshot_rate = one.snapshot_rate;
        seat.private_state = PublishedState(one.private_state.bytes, one.private_state.version);
    }
    return room_->on_load(saved.game, saved.saved_at);
}

void RoomInstance::take_over(PresenceId who, SessionId session) {
    Seat* const seat = find_seat(who);
    if (!seat) return;
    seat->presence.set_session(session);
    resume(who);
}

} // namespace engine_net
