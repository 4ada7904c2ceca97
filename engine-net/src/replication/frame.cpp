#include "replication/frame.hpp"

#include <algorithm>

namespace engine_net {

void TypeFrame::clear() {
    std::fill(incarnation.begin(), incarnation.end(), std::uint16_t{0});
    std::fill(owner.begin(), owner.end(), PresenceId{});
}

void TypeFrame::grow(std::size_t slots) {
    if (slots <= incarnation.size()) return;
    incarnation.resize(slots);
    id.resize(slots);
    owner.resize(slots);
    rows_.resize(slots * stride_);
}

Frame::Frame(std::span<const EntityType> entity_types) {
    types.reserve(entity_types.size());
    for (const EntityType& type : entity_types) types.emplace_back(type);
}

void Frame::clear(Tick new_tick) {
    tick = new_tick;
    is_filled = true;
    for (TypeFrame& type : types) type.clear();
}

} // namespace engine_net
