#pragma once

#include "session/session.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string>

namespace engine_net {

/// Every session of one server, found by its id or by its peer.
class SessionTable {
public:
    /// A secret to be told to a peer, and the session that it opens.
    struct Admitted {
        Session* session = nullptr;
        Secret secret{};
        PeerId replaced; ///< a resume's old peer, which must be told; unset if there was none
    };

    /// `issuer` makes this server's secrets differ from every other's.
    explicit SessionTable(SecretSource& secrets);

    /// Ids of sessions from now on begin with the bits that are set in this, of which the lower 52
    /// are not.
    void begin_ids_with(std::uint64_t bits) { id_bits_ = bits; }

    /// A new peer, `connecting`.
    Session& open(PeerId peer, Time now);
    /// A new session for a peer that is `connecting`. A player that is no user gets to be one, as
    /// long as the session is.
    Admitted admit(Session& session, Player player, Time now);
    /// Moves the session that `secret` opens to the peer of `incoming`, which is closed and
    /// forgotten. Nothing when there is none, or the secret is wrong, and then nothing has changed:
    /// the same answer for both.
    std::optional<Admitted> resume(Session& incoming, SessionId id, Bytes secret, Time now);
    /// The peer is gone; the session stays.
    void linger(Session& session, Time now);
    /// Closed and forgotten; the reference is void.
    void close(Session& session, Time now);

    [[nodiscard]] Session* find(SessionId id);
    [[nodiscard]] Session* find(PeerId peer);
    /// Admitted ones.
    [[nodiscard]] std::size_t count() const { return by_id_.size(); }

    /// Calls `visit(Session&)` for every session in the order of their opening. It may close the
    /// one it is called with.
    template <class Visit>
    void each(Visit&& visit) {
        for (auto next = sessions_.begin(); next != sessions_.end();) visit(*next++);
    }

private:
    SessionId new_id();
    using Place = std::list<Session>::iterator;
    /// Asked for each message; each lookup in a map of nodes would wait for memory.
    template <class Key>
    using Places = boost::unordered_flat_map<Key, Place, std::hash<Key>>;

    SecretSource& secrets_;
    std::uint64_t issuer_;
    std::uint64_t id_bits_ = 0;
    std::list<Session> sessions_;
    Places<SessionId> by_id_;
    Places<PeerId> by_peer_;
};

} // namespace engine_net
