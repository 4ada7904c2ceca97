#include "replication/struct_conversion.hpp"

#include "replication/rounding.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace engine_net {

StructConversion::StructConversion(const std::vector<StructLeaf>& from,
                                   const std::vector<StructLeaf>& to,
                                   const StructCheck& check,
                                   std::vector<std::uint8_t> blank)
    : check_(&check), blank_(std::move(blank)) {
    std::unordered_map<std::string_view, const StructLeaf*> sources;
    for (const StructLeaf& leaf : from) sources.emplace(leaf.path, &leaf);
    for (const StructLeaf& leaf : to) {
        const auto source = sources.find(leaf.path);
        if (source == sources.end()) continue;
        copies_.push_back({static_cast<std::uint16_t>(source->second->offset),
                           static_cast<std::uint16_t>(leaf.offset),
                           static_cast<std::uint16_t>(size_of(leaf.scalar))});
    }
}

void StructConversion::convert(const std::uint8_t* from, std::uint8_t* to) const {
    std::ranges::copy(blank_, to);
    for (const Copy& copy : copies_) std::memcpy(to + copy.to, from + copy.from, copy.bytes);
    for (const ScalarCheck& check : check_->scalars) {
        if (!check.is_sane(to))
            std::copy_n(blank_.data() + check.offset, size_of(check.scalar), to + check.offset);
    }
}

std::vector<std::uint8_t> blank_struct(const std::vector<StructLeaf>& leaves, std::size_t bytes) {
    std::vector<std::uint8_t> blank(bytes);
    for (const StructLeaf& leaf : leaves) {
        if (!leaf.initial) continue;
        std::uint8_t* const at = blank.data() + leaf.offset;
        if (is_floating(leaf.scalar)) {
            store_real(leaf.scalar, *leaf.initial, at);
        } else {
            constexpr double most = 0x1.0p62;
            const double known = std::clamp(*leaf.initial, -most, most);
            store_whole(leaf.scalar, floor_to_integer(known + 0.5), at);
        }
    }
    return blank;
}

} // namespace engine_net
