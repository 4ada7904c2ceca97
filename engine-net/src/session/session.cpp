#include "session/session.hpp"

#include "core/assert.hpp"

namespace engine_net {

void Session::enter(SessionState state, Time now) {
    ENGINE_NET_ASSERT(may_enter(state_, state));
    state_ = state;
    entered_ = now;
}

void Session::admit(SessionId id, Player player, const SecretHash& secret, Time now) {
    enter(SessionState::joining, now);
    id_ = id;
    player_ = std::move(player);
    if (player_.user.empty()) player_.user = "guest-" + std::to_string(id.value);
    secret_ = secret;
}

void Session::resume(PeerId peer, const SecretHash& used, const SecretHash& fresh, Time now) {
    enter(SessionState::joining, now);
    peer_ = peer;
    previous_secret_ = used;
    secret_ = fresh;
    last_heard_ = now;
    errors_ = 0;
    heartbeats = {};
    owes_heartbeat_ = false;
    is_stuck_ = false;
}

void Session::confirm(Time now) {
    if (state_ != SessionState::joining) return;
    enter(SessionState::active, now);
    has_confirmed_ = true;
    previous_secret_.reset();
}

void Session::linger(Time now) {
    enter(SessionState::lingering, now);
    peer_ = {};
}

void Session::close(Time now) {
    enter(SessionState::closed, now);
    peer_ = {};
    secret_.reset();
    previous_secret_.reset();
}

bool Session::accepts(const SecretHash& secret) const {
    const bool is_current = secret_ && is_same(secret, *secret_);
    const bool is_previous = previous_secret_ && is_same(secret, *previous_secret_);
    return is_current || is_previous;
}

} // namespace engine_net
