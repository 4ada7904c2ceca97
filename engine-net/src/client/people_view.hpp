#pragma once

#include "core/bytes.hpp"

#include <engine_net/ids.hpp>
#include <engine_net/people.hpp>
#include <engine_net/tick.hpp>

#include <map>

namespace engine_net {

/// Who is in the room that a client is in, as it was told.
class PeopleView {
public:
    /// A seat, or the same over another link: all is told anew.
    void enter(PresenceId seat);
    void leave() { *this = {}; }
    /// False: not RoomPeople. What is for another seat is dropped.
    bool receive(Bytes message);
    /// The same of pings.
    bool receive_pings(Bytes message);
    /// True once after each news, when everyone has been told of.
    [[nodiscard]] bool take_news();

    [[nodiscard]] const std::map<PresenceId, RoomMember>& members() const { return members_; }
    [[nodiscard]] RoomPhase phase() const { return phase_; }
    [[nodiscard]] Tick start() const { return start_; }
    [[nodiscard]] PresenceId host() const { return host_; }

private:
    PresenceId seat_;
    std::map<PresenceId, RoomMember> members_;
    RoomPhase phase_ = RoomPhase::playing;
    Tick start_;
    PresenceId host_;
    bool is_whole_ = false;
    bool has_news_ = false;
};

} // namespace engine_net
