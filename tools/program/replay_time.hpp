#pragma once

#include <engine_net/clock.hpp>
#include <engine_net/replay.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string>

namespace program {

/// Of a moment of a recording: "1:05.3", minutes and seconds since its first tick.
inline std::string time_text(engine_net::Duration time) {
    const auto tenths = std::chrono::duration_cast<std::chrono::milliseconds>(time).count() / 100;
    std::array<char, 32> text{};
    std::snprintf(text.data(),
                  text.size(),
                  "%lld:%02lld.%lld",
                  static_cast<long long>(tenths / 600),
                  static_cast<long long>(tenths / 10 % 60),
                  static_cast<long long>(tenths % 10));
    return text.data();
}

/// Where a moment is on a bar that has the whole recording: 0 to 1.
inline float share_of(const engine_net::Replay& replay, engine_net::Duration at) {
    const auto whole = std::max<engine_net::Duration::rep>(replay.summary().duration.count(), 1);
    return static_cast<float>(static_cast<double>(at.count()) / static_cast<double>(whole));
}

/// The other way round.
inline engine_net::Duration at_share(const engine_net::Replay& replay, float share) {
    return std::chrono::duration_cast<engine_net::Duration>(replay.summary().duration *
                                                            static_cast<double>(share));
}

} // namespace program
