#include "replication/codec/basis.hpp"

#include <algorithm>
#include <cstring>

namespace engine_net {

void Basis::enter_type(const CodedType& type, std::uint16_t number) {
    type_ = &type;
    if (type.has_rotations && !has_turns_) {
        turns_ = Turns(references_);
        has_turns_ = true;
    }
    for (std::size_t j = 0; j < references_.count; ++j)
        frames_[j] = &references_.frames[j]->types[number];
}

KnownRows Basis::known(std::size_t slot) const {
    const std::uint16_t incarnation = baseline().incarnation[slot];
    KnownRows known;
    while (known.count < references_.count) {
        const TypeFrame& frame = *frames_[known.count];
        if (slot >= frame.slots() || frame.incarnation[slot] != incarnation) break;
        known.rows[known.count++] = frame.row(slot);
    }
    return known;
}

std::uint32_t Basis::rest_of(std::size_t slot) const {
    const std::size_t most = std::min(rest_references, references_.count);
    std::uint32_t rest = 0;
    while (rest + 1 < most && is_same(*frames_[rest + 1], slot)) ++rest;
    return rest;
}

std::uint32_t Basis::flag_of(std::size_t begin, std::size_t end) const {
    std::uint32_t flag = 0;
    for (std::size_t slot = begin; slot < end; ++slot) flag |= flag_of(slot);
    return flag;
}

bool Basis::has_rested(std::size_t begin, std::size_t end) const {
    if (references_.count < rest_references || end > baseline().slots()) return false;
    const auto& incarnation = baseline().incarnation;
    for (std::size_t slot = begin; slot < end; ++slot) {
        if (incarnation[slot] == 0) return false;
    }
    for (std::size_t j = 1; j < rest_references; ++j) {
        if (!is_same(*frames_[j], begin, end)) return false;
    }
    return true;
}

bool Basis::is_same(const TypeFrame& other, std::size_t begin, std::size_t end) const {
    const TypeFrame& base = baseline();
    if (end > other.slots() || !std::equal(base.incarnation.data() + begin,
                                           base.incarnation.data() + end,
                                           other.incarnation.data() + begin))
        return false;
    if (base.stride() == type_->shared_columns) { // then nothing else lies between the rows
        const std::size_t bytes = (end - begin) * base.stride() * sizeof(std::int32_t);
        return std::memcmp(base.row(begin), other.row(begin), bytes) == 0;
    }
    for (std::size_t slot = begin; slot < end; ++slot) {
        if (differ(base.row(slot), other.row(slot), type_->shared_columns)) return false;
    }
    return true;
}

} // namespace engine_net
