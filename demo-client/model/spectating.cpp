#include "model/spectating.hpp"

#include <algorithm>
#include <vector>

std::uint32_t
next_followed(std::span<const std::uint32_t> players, std::uint32_t before, int steps) {
    if (players.empty()) return 0;
    std::vector<std::uint32_t> sorted(players.begin(), players.end());
    std::ranges::sort(sorted);
    const auto count = static_cast<std::ptrdiff_t>(sorted.size());
    const auto found = std::ranges::lower_bound(sorted, before);
    const bool is_gone = found == sorted.end() || *found != before;
    if (is_gone && steps > 0) --steps; // the next one stands there already
    const auto at = found - sorted.begin();
    return sorted[static_cast<std::size_t>(((at + steps) % count + count) % count)];
}
