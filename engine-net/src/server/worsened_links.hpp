#pragma once

#include "session/session_table.hpp"
#include "transport/host.hpp"
#include "transport/link_conditioner.hpp"

#include <engine_net/ids.hpp>
#include <engine_net/link_conditions.hpp>

#include <cstddef>
#include <map>
#include <optional>

namespace engine_net {

/// The players' links that admins have worsened, until they take that back or are gone. It is the
/// session that has a bad link, whatever peer it has. Admins' own links stay as they are.
class WorsenedLinks {
public:
    /// From now on, whoever had set something else. One that worsens nothing takes back what was
    /// set. `of` unset: of all who have none of their own.
    void set(SessionId admin, SessionId of, const LinkSimulation& simulation);
    /// What this admin had set is taken back; false if that was nothing.
    bool take_back(SessionId admin);
    /// Whoever had set it.
    void take_back_all();
    /// That session is over.
    void forget(SessionId of);

    /// Null: it has none of its own. Unset: what all have.
    [[nodiscard]] const LinkSimulation* find(SessionId of) const;
    /// Nothing comes through from this player, not even that it is back.
    [[nodiscard]] bool is_cut(SessionId of) const;
    /// Those that have one of their own.
    [[nodiscard]] std::size_t count() const { return links_.size() - links_.count(SessionId{}); }

    /// Once a step: sessions come, go, and come back from elsewhere.
    void apply(SessionTable& sessions, const Host& host, LinkConditioner& conditioner);

private:
    struct Link {
        SessionId admin;
        LinkSimulation simulation;
    };

    std::map<SessionId, Link> links_;      ///< unset: of all
    std::map<Address, SessionId> applied_; ///< what of `links_` holds there
    bool has_changed_ = false;             ///< since it was applied
};

} // namespace engine_net
