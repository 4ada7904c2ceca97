#pragma once

#include <engine_net/result.hpp>

#include <chrono>
#include <cstdint>
#include <span>
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

    friend bool operator==(const LinkConditions&, const LinkConditions&) = default;
};

/// Kinds of links by name, each way: lan, wifi, home, mobile, bad and terrible.
struct LinkPreset {
    std::string_view name;
    LinkConditions conditions;
};
std::span<const LinkPreset> link_presets();

/// Both directions as seen from the socket that they are applied to.
struct LinkSimulation {
    LinkConditions out{};
    LinkConditions in{};
    std::uint64_t seed = 1; ///< the same seed and datagrams give the same fate to each
};

/// Reads `delay=40,jitter=10,loss=2,dup=1,reorder=1,corrupt=1,rate=64000,blackout=0,seed=7`:
/// milliseconds one way, percent, bytes per second, 0 or 1. A word counts for both directions, or
/// for one as `out.loss=5` or `in.delay=80`. A preset's name is all that it sets: `mobile,loss=9`.
/// The error says which word is wrong and what would be right.
Result<LinkSimulation, std::string> parse_link_simulation(std::string_view text);

/// What is read as the same, but for the seed; "" for a link that nothing worsens.
std::string text_of(const LinkSimulation& simulation);

} // namespace engine_net
