#pragma once

#include "core/bytes.hpp"
#include "room/roster.hpp"
#include "wire/people_encoder.hpp"

#include <engine_net/ids.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>

namespace engine_net {

/// Brings one member the roster: everyone, by id, then what changes. As `RoomWatch` does it with
/// the lobby list.
class RosterSender {
public:
    [[nodiscard]] bool has_news(const Roster& roster) const {
        return !is_whole_ || next_change_ < roster.changes().end();
    }
    /// The link is another one: everything is told anew.
    void restart() { *this = {}; }
    /// Calls `send(Bytes)` for the next messages to the seat `who`, at most `count`.
    void send(PresenceId who,
              const Roster& roster,
              std::size_t count,
              wire::PeopleEncoder& encoder,
              const std::function<void(Bytes)>& send);

private:
    struct News;
    void take_members(const Roster& roster, News& news);
    void take_changes(const Roster& roster, News& news);

    bool has_begun_ = false;
    bool is_whole_ = false;
    PresenceId next_member_{}; ///< all before it were told, until all are
    std::uint64_t next_change_ = 0;
};

} // namespace engine_net
