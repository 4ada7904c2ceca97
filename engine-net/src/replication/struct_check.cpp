#include "replication/struct_check.hpp"

#include "replication/scalar.hpp"

#include <algorithm>
#include <cmath>

namespace engine_net {
namespace {

bool is_declared(const ScalarCheck& check, std::int64_t value) {
    if (!check.bit_flags)
        return std::binary_search(check.declared.begin(), check.declared.end(), value);
    std::uint64_t known = 0;
    for (const std::int64_t flag : check.declared) known |= static_cast<std::uint64_t>(flag);
    return (static_cast<std::uint64_t>(value) & ~known) == 0;
}

} // namespace

bool StructCheck::is_sane(Bytes bytes) const {
    if (bytes.size() != struct_bytes) return false;
    for (const ScalarCheck& check : scalars) {
        const std::uint8_t* at = bytes.data() + check.offset;
        if (is_floating(check.scalar) && !std::isfinite(load_real(check.scalar, at))) return false;
        if (check.scalar == Scalar::boolean && *at > 1) return false;
        if (!check.declared.empty() && !is_declared(check, load_whole(check.scalar, at)))
            return false;
    }
    return true;
}

} // namespace engine_net
