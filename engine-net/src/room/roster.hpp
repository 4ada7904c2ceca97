#pragma once

#include "room/change_log.hpp"
#include "wire/control.hpp"
#include "wire/saved_room.hpp"

#include <engine_net/ids.hpp>
#include <engine_net/people.hpp>
#include <engine_net/tick.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

namespace engine_net {

/// Who is in a room, who is its host, who is ready, and how far that has brought the match. What
/// changes is noted for `RosterSender`.
class Roster {
public:
    struct Rules {
        std::uint32_t min_players = 0; ///< 0: it plays all the time
        std::uint32_t countdown_ticks = 0;
        bool has_host = true;
    };

    explicit Roster(Rules rules);

    /// All of it as it was at another server, with that host; its first tick here is the next one.
    void restore(const wire::SavedRoom& saved, Tick tick);
    void save(wire::SavedRoom& saved, Tick tick) const;
    void join(RoomMember member);
    void leave(PresenceId who);
    /// A host whose link is lost is host no more.
    void set_connected(PresenceId who, bool connected);

    /// Everything but what needs more than the roster, of which it says only whether `by` may:
    /// kick, ban, lock, unlock, reserve.
    wire::RequestError command(PresenceId by, RoomVerb verb, PresenceId whom);
    /// Whoever wants it. False: there is no such member.
    bool set_muted(PresenceId who, bool is_muted);
    /// The game's: the match is over. Nothing when none is played.
    void end_match();
    /// Moves the countdown on; what the phase has become, if it is another.
    std::optional<RoomPhase> advance(Tick tick);

    [[nodiscard]] RoomPhase phase() const { return phase_; }
    /// During the countdown: the tick that the match begins with.
    [[nodiscard]] Tick start() const { return start_; }
    /// Unset when the room has none.
    [[nodiscard]] PresenceId host() const { return host_; }
    [[nodiscard]] const RoomMember* find(PresenceId who) const;
    [[nodiscard]] const std::map<PresenceId, RoomMember>& members() const { return members_; }
    [[nodiscard]] std::size_t players() const { return members_.size() - spectators_; }
    [[nodiscard]] std::size_t spectators() const { return spectators_; }
    /// Of members; a change of the phase or the host is one of nobody.
    [[nodiscard]] const ChangeLog<PresenceId>& changes() const { return changes_; }

private:
    wire::RequestError get_ready(RoomMember& member, bool is_ready);
    wire::RequestError start_by_host();
    wire::RequestError command_about(RoomMember& subject, RoomVerb verb);
    void find_host();
    void set_host(PresenceId host);
    void set_phase(RoomPhase phase);
    [[nodiscard]] bool may_start() const;
    void change(RoomMember& member, bool RoomMember::*what, bool value);

    Rules rules_;
    std::map<PresenceId, RoomMember> members_; ///< ids grow: the oldest first
    std::size_t spectators_ = 0;
    PresenceId host_;
    RoomPhase phase_;
    RoomPhase told_phase_; ///< that `advance` has given out
    bool is_started_by_host_ = false;
    Tick start_;
    ChangeLog<PresenceId> changes_;
};

} // namespace engine_net
