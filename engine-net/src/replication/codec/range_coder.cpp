#include "replication/codec/range_coder.hpp"

namespace engine_net {

// Of all numbers in low..low + range - 1 the one with the most trailing zero bytes. Only these are
// left out, at most four: zeros that were written before stay, so that a decoder knows how many
// bytes it may read past the end.
std::size_t RangeEncoder::finish() {
    const std::size_t written = at_;
    for (unsigned kept = 1; kept <= 4; ++kept) {
        const std::uint64_t mask = (std::uint64_t{1} << (32 - 8 * kept)) - 1;
        const std::uint64_t rounded = (low_ + mask) & ~mask;
        if (rounded >= low_ + range_) continue;
        low_ = rounded;
        for (unsigned i = 0; i < kept; ++i) put_byte();
        break;
    }
    if (at_ > out_.size()) return at_;
    while (at_ > written && out_[at_ - 1] == 0) --at_;
    return at_;
}

} // namespace engine_net
