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

bool ScalarCheck::is_sane(const std::uint8_t* state) const {
    const std::uint8_t* at = state + offset;
    if (is_floating(scalar) && !std::isfinite(load_real(scalar, at))) return false;
    if (scalar == Scalar::boolean && *at > 1) return false;
    return declared.empty() || is_declared(*this, load_whole(scalar, at));
}

bool StructCheck::is_sane(Bytes bytes) const {
    return bytes.size() == struct_bytes && std::ranges::all_of(scalars, [&](const auto& check) {
               return check.is_sane(bytes.data());
           });
}

} // namespace engine_net
