#include "room/roster.hpp"

#include <algorithm>
#include <utility>

namespace engine_net {

using wire::RequestError;

namespace {

/// Beyond these a member is told everything anew.
constexpr std::size_t kept_changes = 256;

} // namespace

Roster::Roster(Rules rules)
    : rules_(rules)
    , phase_(rules.min_players == 0 ? RoomPhase::playing : RoomPhase::waiting)
    , told_phase_(phase_)
    , changes_(kept_changes) {}

void Roster::save(wire::SavedRoom& saved, Tick tick) const {
    saved.host = host_;
    saved.phase = phase_;
    saved.is_started_by_host = is_started_by_host_;
    if (phase_ == RoomPhase::countdown)
        saved.start_in = static_cast<std::uint32_t>(std::max(start_ - tick, 0));
}

void Roster::restore(const wire::SavedRoom& saved, Tick tick) {
    for (const wire::SavedRoom::Member& one : saved.members) {
        spectators_ += one.member.is_spectator ? 1 : 0;
        members_.insert_or_assign(one.member.id, one.member);
    }
    host_ = saved.host;
    phase_ = saved.phase;
    told_phase_ = saved.phase;
    is_started_by_host_ = saved.is_started_by_host;
    if (phase_ == RoomPhase::countdown) start_ = tick + static_cast<std::int32_t>(saved.start_in);
}

void Roster::join(RoomMember member) {
    spectators_ += member.is_spectator ? 1 : 0;
    const PresenceId id = member.id;
    members_.insert_or_assign(id, std::move(member));
    changes_.note(id);
    find_host();
}

void Roster::leave(PresenceId who) {
    const auto member = members_.find(who);
    if (member == members_.end()) return;
    spectators_ -= member->second.is_spectator ? 1 : 0;
    members_.erase(member);
    changes_.note(who);
    find_host();
}

void Roster::set_connected(PresenceId who, bool connected) {
    const auto member = members_.find(who);
    if (member == members_.end()) return;
    change(member->second, &RoomMember::is_connected, connected);
    find_host();
}

const RoomMember* Roster::find(PresenceId who) const {
    const auto member = members_.find(who);
    return member == members_.end() ? nullptr : &member->second;
}

RequestError Roster::command(PresenceId by, RoomVerb verb, PresenceId whom) {
    const auto self = members_.find(by);
    if (self == members_.end()) return RequestError::not_in_room;
    switch (verb) {
    case RoomVerb::ready: return get_ready(self->second, true);
    case RoomVerb::unready: return get_ready(self->second, false);
    default: break;
    }
    if (by != host_) return RequestError::not_host;
    switch (verb) {
    case RoomVerb::start: return start_by_host();
    case RoomVerb::lock:
    case RoomVerb::unlock:
    case RoomVerb::reserve: return RequestError::none;
    default: break;
    }
    const auto subject = members_.find(whom);
    return subject == members_.end() ? RequestError::no_such_player
                                     : command_about(subject->second, verb);
}

RequestError Roster::get_ready(RoomMember& member, bool is_ready) {
    if (member.is_spectator) return RequestError::not_allowed;
    if (rules_.min_players == 0 || phase_ == RoomPhase::playing) return RequestError::not_now;
    change(member, &RoomMember::is_ready, is_ready);
    return RequestError::none;
}

RequestError Roster::start_by_host() {
    if (phase_ == RoomPhase::playing || rules_.min_players == 0) return RequestError::not_now;
    is_started_by_host_ = true;
    is_started_by_host_ = may_start();
    return is_started_by_host_ ? RequestError::none : RequestError::not_now;
}

RequestError Roster::command_about(RoomMember& subject, RoomVerb verb) {
    switch (verb) {
    case RoomVerb::make_host:
        if (!subject.is_connected) return RequestError::not_now;
        set_host(subject.id);
        break;
    case RoomVerb::mute: change(subject, &RoomMember::is_muted, true); break;
    case RoomVerb::unmute: change(subject, &RoomMember::is_muted, false); break;
    default: break;
    }
    return RequestError::none;
}

bool Roster::set_muted(PresenceId who, bool is_muted) {
    const auto member = members_.find(who);
    if (member == members_.end()) return false;
    change(member->second, &RoomMember::is_muted, is_muted);
    return true;
}

void Roster::end_match() {
    if (phase_ != RoomPhase::playing || rules_.min_players == 0) return;
    for (auto& [id, member] : members_) change(member, &RoomMember::is_ready, false);
    set_phase(RoomPhase::ended);
}

std::optional<RoomPhase> Roster::advance(Tick tick) {
    const bool is_counting = phase_ == RoomPhase::countdown;
    const bool may_count = phase_ != RoomPhase::playing && may_start();
    // A start that too few are left for is not made up for later.
    is_started_by_host_ = is_started_by_host_ && may_count;
    if (is_counting != may_count) {
        start_ = is_counting ? Tick{} : tick + static_cast<std::int32_t>(rules_.countdown_ticks);
        set_phase(is_counting ? RoomPhase::waiting : RoomPhase::countdown);
    }
    if (phase_ == RoomPhase::countdown && !(tick < start_)) {
        is_started_by_host_ = false;
        set_phase(RoomPhase::playing);
    }
    if (phase_ == told_phase_) return std::nullopt;
    told_phase_ = phase_;
    return phase_;
}

/// Enough are here, and all of them ready, or the host does not wait for them.
bool Roster::may_start() const {
    std::uint32_t here = 0;
    bool are_ready = true;
    for (const auto& [id, member] : members_) {
        if (member.is_spectator || !member.is_connected) continue;
        ++here;
        are_ready = are_ready && member.is_ready;
    }
    return here >= std::max(rules_.min_players, 1u) && (are_ready || is_started_by_host_);
}

/// The one there is, while it is connected; else the oldest player who is. A spectator is host only
/// when it was made so.
void Roster::find_host() {
    if (!rules_.has_host) return;
    const RoomMember* const held = find(host_);
    if (held && held->is_connected) return;
    const auto next = std::ranges::find_if(members_, [](const auto& one) {
        return one.second.is_connected && !one.second.is_spectator;
    });
    // Nobody is here who could: whoever it was stays it, to come back to.
    if (next != members_.end()) return set_host(next->first);
    if (!held) set_host({});
}

void Roster::set_host(PresenceId host) {
    if (host_ == host) return;
    host_ = host;
    changes_.note({});
}

void Roster::set_phase(RoomPhase phase) {
    phase_ = phase;
    changes_.note({});
}

void Roster::change(RoomMember& member, bool RoomMember::*what, bool value) {
    if (member.*what == value) return;
    member.*what = value;
    changes_.note(member.id);
}

} // namespace engine_net
