#pragma once

#include "core/bytes.hpp"

#include <cstdint>

namespace engine_net {

inline constexpr std::uint32_t fnv_basis = 0x811C9DC5;

/// FNV-1a, going on from `hash`: against accidents, not against anyone's will.
inline std::uint32_t fnv1a(Bytes bytes, std::uint32_t hash = fnv_basis) {
    for (const std::uint8_t byte : bytes) hash = (hash ^ byte) * 0x01000193u;
    return hash;
}

} // namespace engine_net
