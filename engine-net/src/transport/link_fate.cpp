#include "transport/link_fate.hpp"

#include <algorithm>

namespace engine_net {
namespace {

using namespace std::chrono_literals;

/// Long enough that datagrams of the next ticks overtake, at 20 Hz and more.
constexpr Duration reorder_hold = 60ms;
constexpr Duration bottleneck_queue = 250ms;
/// The headers of IPv4 and UDP take their share of a bottleneck.
constexpr std::size_t packet_header_bytes = 28;

} // namespace

bool worsens(const LinkConditions& link) {
    return link.delay.count() > 0 || link.jitter.count() > 0 || link.loss > 0 ||
           link.duplicate > 0 || link.reorder > 0 || link.corrupt > 0 ||
           link.bytes_per_second > 0 || link.blackout;
}

Fate LinkFate::decide(const LinkConditions& link, Time now, std::size_t datagram_bytes) {
    // Every datagram draws as often, whatever the conditions, so that changing one of them leaves
    // alone what the others do.
    const bool is_lost = random_.next_unit() < link.loss;
    const bool is_doubled = random_.next_unit() < link.duplicate;
    Fate fate;
    const std::optional<Time> sent = pass_bottleneck(link, now, datagram_bytes);
    const Fate::Copy first = draw_copy(link, sent.value_or(now), datagram_bytes);
    const Fate::Copy second = draw_copy(link, sent.value_or(now), datagram_bytes);
    if (is_lost || link.blackout || !sent) return fate;
    fate.add(first);
    if (is_doubled) fate.add(second);
    return fate;
}

Fate::Copy LinkFate::draw_copy(const LinkConditions& link, Time sent, std::size_t datagram_bytes) {
    const double jitter = random_.next_unit() * static_cast<double>(link.jitter.count());
    const bool is_held = random_.next_unit() < link.reorder;
    const bool is_corrupt = random_.next_unit() < link.corrupt;
    const std::size_t bit = random_.next_below(datagram_bytes * 8);

    Fate::Copy copy{.due = sent + link.delay + Duration(static_cast<Duration::rep>(jitter)),
                    .flipped_bit = std::nullopt};
    if (is_held) copy.due += reorder_hold;
    if (is_corrupt && datagram_bytes > 0) copy.flipped_bit = bit;
    return copy;
}

/// When the datagram's last byte has left the bottleneck; nothing when its queue is full.
std::optional<Time>
LinkFate::pass_bottleneck(const LinkConditions& link, Time now, std::size_t bytes) {
    if (link.bytes_per_second == 0) return now;
    const Time begin = std::max(now, bottleneck_free_);
    if (begin - now > bottleneck_queue) return std::nullopt;
    const std::uint64_t taken_us =
        (bytes + packet_header_bytes) * 1'000'000 / link.bytes_per_second;
    bottleneck_free_ = begin + Duration(static_cast<Duration::rep>(taken_us));
    return bottleneck_free_;
}

} // namespace engine_net
