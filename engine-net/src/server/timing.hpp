#pragma once

#include <engine_net/clock.hpp>
#include <engine_net/stats.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace engine_net {

/// The last durations of one repeated piece of work.
class Timing {
public:
    void add(Duration duration);
    [[nodiscard]] TimingStats stats() const;

private:
    static constexpr std::size_t kept = 1024;
    std::array<std::int64_t, kept> durations_us_{};
    std::size_t count_ = 0;
};

} // namespace engine_net
