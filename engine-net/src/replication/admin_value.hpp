#pragma once

#include "replication/scalar.hpp"

#include <engine_net/admin.hpp>

#include <cstdint>

namespace engine_net {

/// With all its digits.
inline AdminValue load_admin_value(Scalar scalar, const std::uint8_t* from) {
    if (is_floating(scalar)) return load_real(scalar, from);
    const std::int64_t whole = load_whole(scalar, from);
    if (scalar == Scalar::u64) return static_cast<std::uint64_t>(whole);
    return whole;
}

} // namespace engine_net
