#pragma once

#include "core/bytes.hpp"
#include "session/heartbeat.hpp"
#include "session/player.hpp"
#include "session/reliable_log.hpp"
#include "session/secrets.hpp"
#include "session/session_limits.hpp"
#include "session/session_state.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace engine_net {

/// A player's stay on the server. It begins with a peer that has proved nothing (`connecting`, no
/// id), and survives the loss of its peers until the grace time is over.
class Session {
public:
    Session(PeerId peer, Time now) : peer_(peer), entered_(now), last_heard_(now) {}

    [[nodiscard]] SessionId id() const { return id_; }
    [[nodiscard]] SessionState state() const { return state_; }
    /// Unset while lingering or closed.
    [[nodiscard]] PeerId peer() const { return peer_; }
    [[nodiscard]] const Player& player() const { return player_; }
    [[nodiscard]] const std::string& name() const { return player_.name; }
    /// When the present state was entered.
    [[nodiscard]] Time entered() const { return entered_; }
    [[nodiscard]] Time last_heard() const { return last_heard_; }

    /// Anything came from the peer: only that keeps a session alive, never what we send.
    void hear(Time now) { last_heard_ = now; }
    /// connecting -> joining, with the secret that the peer will be told.
    void admit(SessionId id, Player player, const SecretHash& secret, Time now);
    /// The seat's new peer, from whatever state -> joining. The secret that was `used` holds until
    /// `confirm`, since the answer that carries the fresh one may be lost with its peer.
    void resume(PeerId peer, const SecretHash& used, const SecretHash& fresh, Time now);
    /// joining -> active: the peer knows its secret; older ones are void. Nothing in other states.
    void confirm(Time now);
    void linger(Time now);
    void close(Time now);
    /// The peer knew its secret once.
    [[nodiscard]] bool has_confirmed() const { return has_confirmed_; }
    [[nodiscard]] bool accepts(const SecretHash& secret) const;

    /// The peer waits for an answer to its heartbeat.
    void owe_heartbeat() { owes_heartbeat_ = true; }
    bool take_owed_heartbeat() { return std::exchange(owes_heartbeat_, false); }
    /// The peer does not take what is sent to it: it can only be replaced.
    void mark_stuck() { is_stuck_ = true; }
    [[nodiscard]] bool is_stuck() const { return is_stuck_; }

    /// Counts one message that could not be used; the number so far.
    std::uint32_t charge() { return ++errors_; }

    ReliableLog outgoing;
    ReliableInbox incoming;
    HeartbeatExchange heartbeats;
    SessionLimits limits;
    std::uint32_t resumes = 0;
    SessionId continues{};         ///< one of another server's, until this one is confirmed
    bool has_gone_on = false;      ///< at another server
    bool is_moved = false;         ///< it was told to go to another server
    Time next_ticket{};            ///< when it is to be told the next one, in a cluster
    std::uint64_t auth_ticket = 0; ///< while `connecting`: that its player is asked about by

private:
    void enter(SessionState state, Time now);

    SessionId id_;
    PeerId peer_;
    SessionState state_ = SessionState::connecting;
    Player player_;
    Time entered_;
    Time last_heard_;
    std::uint32_t errors_ = 0;
    bool owes_heartbeat_ = false;
    bool is_stuck_ = false;
    bool has_confirmed_ = false;
    std::optional<SecretHash> secret_;
    std::optional<SecretHash> previous_secret_;
};

} // namespace engine_net
