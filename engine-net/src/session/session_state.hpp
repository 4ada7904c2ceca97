#pragma once

#include <cstdint>

namespace engine_net {

/// Of a session on the server. The table stands in PROTOCOL.md too.
enum class SessionState : std::uint8_t {
    connecting, ///< a peer is there and has said nothing yet
    joining,    ///< admitted or resumed; its Confirm is awaited
    active,     ///< it lives
    lingering,  ///< its peer is lost, its seat held for the grace time
    closed,     ///< for good
};
inline constexpr int session_state_count = 5;

constexpr bool may_enter(SessionState from, SessionState to) {
    using enum SessionState;
    switch (from) {
    case connecting: return to == joining || to == closed;
    case joining: return to == active || to == joining || to == lingering || to == closed;
    case active: return to == joining || to == lingering || to == closed;
    case lingering: return to == joining || to == closed;
    case closed: return false;
    }
    return false;
}

} // namespace engine_net
