#pragma once

#include "core/bytes.hpp"

#include <engine_net/ids.hpp>
#include <engine_net/people.hpp>
#include <engine_net/tick.hpp>

#include <map>

namespace engine_net {

/// Who is in the room that a client is in, as it was told. That may come before one is told of the
/// seat; then it waits for `enter`.
class PeopleView {
public:
    /// A seat, or the same over another link: all is told anew.
    void enter(PresenceId seat);
    void leave() { room_ = {}; }
    /// False: not RoomPeople.
    bool receive(Bytes message);
    /// The same of pings.
    bool receive_pings(Bytes message);
    /// True once after each news, when everyone has been told of.
    [[nodiscard]] bool take_news();

    [[nodiscard]] const std::map<PresenceId, RoomMember>& members() const { return room_.members; }
    [[nodiscard]] RoomPhase phase() const { return room_.phase; }
    [[nodiscard]] Tick start() const { return room_.start; }
    [[nodiscard]] PresenceId host() const { return room_.host; }

private:
    /// As it is told to one seat.
    struct Room {
        PresenceId seat{};
        std::map<PresenceId, RoomMember> members{};
        RoomPhase phase = RoomPhase::playing;
        Tick start{};
        PresenceId host{};
        bool is_whole = false;
        bool has_news = false;
    };

    Room room_;
    Room coming_; ///< of the last seat that was told of besides
};

} // namespace engine_net
