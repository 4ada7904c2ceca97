#pragma once

#include <engine_net/result.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace engine_net {

/// What one direction of a bad link does to each datagram. All chances are 0 to 1.
struct LinkConditions {
    std::chrono::microseconds delay{0};  ///< one way, for every datagram
    std::chrono::microseconds jitter{0}; ///< added to the delay, uniform from 0 to this
    double loss = 0;                     ///< chance that a datagram vanishes
    double duplicate = 0;                ///< chance that it arrives twice
    double reorder = 0;                  ///< chance that it is held back past those sent after it
    double corrupt = 0;                  ///< chance that one bit of it is flipped
    std::uint32_t bytes_per_second =
        0;                 ///< bottleneck; 0 is unlimited. Queues up to 250 ms, then drops
    bool blackout = false; ///< nothing passes
};

/// Both directions as seen from the socket that they are applied to.
struct LinkSimulation {
    LinkConditions out{};
    LinkConditions in{};
    std::uint64_t seed = 1; ///< the same seed and datagrams give the same fate to each
};

/// Reads `delay=40,jitter=10,loss=2,dup=1,reorder=1,corrupt=1,rate=64000,seed=7`: milliseconds one
/// way, percent, bytes per second. A word counts for both directions, or for one as `out.loss=5` or
/// `in.delay=80`. The error says which word is wrong and what would be right.
Result<LinkSimulation, std::string> parse_link_simulation(std::string_view text);

} // namespace engine_net
