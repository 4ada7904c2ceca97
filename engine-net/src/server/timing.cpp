#include "server/timing.hpp"

#include <algorithm>
#include <vector>

namespace engine_net {

void Timing::add(Duration duration) {
    durations_us_[count_++ % kept] = duration.count();
}

TimingStats Timing::stats() const {
    const std::size_t filled = std::min(count_, kept);
    if (filled == 0) return {};
    std::vector<std::int64_t> sorted(durations_us_.begin(),
                                     durations_us_.begin() + static_cast<std::ptrdiff_t>(filled));
    std::sort(sorted.begin(), sorted.end());
    return {sorted[filled / 2], sorted[filled * 99 / 100], sorted.back()};
}

} // namespace engine_net
