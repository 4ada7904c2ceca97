#pragma once

#include <engine_net/tick.hpp>

#include <cstdint>

namespace engine_net {

/// Ticks that follow each other.
struct TickRange {
    Tick first{};
    std::uint32_t ticks = 0;

    [[nodiscard]] Tick end() const { return first + static_cast<std::int32_t>(ticks); }
    [[nodiscard]] bool has(Tick tick) const { return tick >= first && tick < end(); }

    friend bool operator==(const TickRange&, const TickRange&) = default;
};

} // namespace engine_net
