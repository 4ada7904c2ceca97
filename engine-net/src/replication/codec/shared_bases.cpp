#include "replication/codec/shared_bases.hpp"

#include <cstring>

namespace engine_net {

namespace {

std::uint64_t hash_of(const References& references, std::uint16_t type) {
    constexpr std::uint64_t factor = 0x9E37'79B9'7F4A'7C15;
    std::uint64_t hash = type;
    const auto add = [&](std::uint64_t value) {
        hash = (hash ^ value) * factor;
        hash ^= hash >> 32;
    };
    add(static_cast<std::uint64_t>(references.lag));
    for (std::size_t i = 0; i < references.count; ++i)
        add(static_cast<std::uint64_t>(references.ages[i]));
    return hash;
}

bool are_equal(const References& a, const References& b) {
    return a.count == b.count && a.lag == b.lag && a.frames == b.frames && a.ages == b.ages;
}

} // namespace

void SharedBases::clear() {
    hashes_.clear();
}

SharedBasis*
SharedBases::find(const References& references, const CodedType& type, std::uint16_t number) {
    const std::uint64_t hash = hash_of(references, number);
    for (std::size_t i = 0; i < hashes_.size(); ++i) {
        SharedBasis& one = *bases_[i];
        if (hashes_[i] == hash && one.type == number &&
            are_equal(one.basis.references(), references))
            return &one;
    }
    if (hashes_.size() == most) return nullptr;
    if (hashes_.size() == bases_.size()) bases_.push_back(std::make_unique<SharedBasis>());
    SharedBasis& added = *bases_[hashes_.size()];
    added.type = number;
    added.basis = Basis(references);
    added.basis.enter_type(type, number);
    const std::size_t slots = added.basis.baseline().slots();
    added.verdicts.resize(slots);
    if (slots > 0) std::memset(added.verdicts.data(), 0, slots * sizeof(Verdict));
    hashes_.push_back(hash);
    return &added;
}

} // namespace engine_net
