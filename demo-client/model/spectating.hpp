#pragma once

#include <cstdint>
#include <span>

/// Whom a spectator follows, after `steps` to the right (below 0: to the left) from the one before,
/// round in a circle. One who is gone gives its place to the next; 0 when nobody is there.
[[nodiscard]] std::uint32_t
next_followed(std::span<const std::uint32_t> players, std::uint32_t before, int steps);
