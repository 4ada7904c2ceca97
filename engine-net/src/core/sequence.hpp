#pragma once

#include <cstdint>

namespace engine_net {

/// Steps from `b` to `a` on a 16-bit counter that wraps; negative when `a` is the older one.
constexpr int sequence_difference(std::uint16_t a, std::uint16_t b) {
    return static_cast<std::int16_t>(static_cast<std::uint16_t>(a - b));
}

} // namespace engine_net
