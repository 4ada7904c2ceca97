#pragma once

#include "core/bytes.hpp"
#include "replication/field_table.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace engine_net {

/// One scalar of a struct that does not admit every bit pattern.
struct ScalarCheck {
    Scalar scalar = Scalar::u8;
    std::size_t offset = 0;
    std::vector<std::int64_t> declared; ///< an enum's values in order; empty for other scalars
    bool bit_flags = false;             ///< any union of the declared ones

    /// `state` has all bytes of the struct.
    [[nodiscard]] bool is_sane(const std::uint8_t* state) const;
};

/// What tells a sane struct from any other bytes.
struct StructCheck {
    std::string name;
    std::size_t struct_bytes = 0;
    std::vector<ScalarCheck> scalars;

    [[nodiscard]] bool is_sane(Bytes bytes) const;
};

} // namespace engine_net
