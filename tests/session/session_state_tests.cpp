#include "session/session_state.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>

using namespace engine_net;

TEST_CASE("session state: each pair is as the table of PROTOCOL.md has it") {
    using enum SessionState;
    constexpr std::array states{connecting, joining, active, lingering, closed};
    static_assert(states.size() == session_state_count);
    constexpr bool y = true;
    constexpr bool n = false;
    constexpr std::array<std::array<bool, session_state_count>, session_state_count> may{{
        // to: connecting joining active lingering closed     from:
        {n, y, n, n, y}, // connecting
        {n, y, y, y, y}, // joining
        {n, y, n, y, y}, // active
        {n, y, n, n, y}, // lingering
        {n, n, n, n, n}, // closed
    }};
    for (std::size_t from = 0; from < states.size(); ++from) {
        for (std::size_t to = 0; to < states.size(); ++to) {
            CAPTURE(from);
            CAPTURE(to);
            CHECK(may_enter(states[from], states[to]) == may[from][to]);
        }
    }
}
