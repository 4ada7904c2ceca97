#include "replication/ack_window.hpp"

#include "core/assert.hpp"
#include "core/sequence.hpp"

#include <algorithm>
#include <bit>

namespace engine_net {

// Sequences are compared by wrapped difference, so all that are kept must lie within half the
// range.
static_assert(history_ticks * max_parts < 32'768);

namespace {

/// The highest bit set. `ages` is not 0.
int oldest_age(std::uint64_t ages) {
    return 63 - std::countl_zero(ages);
}

} // namespace

AckWindow::AckWindow() : ring_(history_ticks) {}

std::uint16_t AckWindow::send(Tick tick, std::size_t parts) {
    ENGINE_NET_ASSERT(parts >= 1 && parts <= max_parts);
    const std::size_t place = ticks_sent_++ % ring_.size();
    SentTick& sent = ring_[place];
    sent = {tick, next_sequence_, static_cast<std::uint8_t>(parts), 0};
    if (parts > 1) {
        acked_.resize(ring_.size());
        acked_[place].reset();
    }
    next_sequence_ = static_cast<std::uint16_t>(next_sequence_ + parts);
    datagrams_sent_ += parts;
    return sent.first_sequence;
}

void AckWindow::on_ack(std::uint16_t newest, std::uint32_t bits) {
    completed_.clear();
    // All or nothing: one lie makes the rest worthless. What is older than the oldest was sent too.
    const std::uint64_t acked = std::uint64_t{bits} << 1 | 1;
    if (!was_sent(newest) || !was_sent(static_cast<std::uint16_t>(newest - oldest_age(acked)))) {
        ++forged_;
        return;
    }
    const std::uint64_t fresh = acked & ~known_of(newest);
    last_ack_ = {newest, acked, datagrams_sent_};
    if (fresh == 0) return;
    const std::uint64_t kept = std::min<std::uint64_t>(ticks_sent_, ring_.size());
    for (std::uint64_t i = ticks_back_to(newest, kept); i <= kept; ++i) {
        const std::size_t place = (ticks_sent_ - i) % ring_.size();
        const SentTick& sent = ring_[place];
        const int first_age = sequence_difference(newest, sent.first_sequence);
        if (first_age - (sent.parts - 1) > oldest_age(fresh)) return; // all others are older still
        if (sent.acked_parts < sent.parts) ack_parts(place, first_age, fresh);
    }
}

/// How many ticks ago, of those that were sent, at most `most`, that of a datagram was; 1 is the
/// last one. It is found without a look at all those since: each had at least one datagram.
std::uint64_t AckWindow::ticks_back_to(std::uint16_t sequence, std::uint64_t most) const {
    const auto since = static_cast<std::uint16_t>(next_sequence_ - 1 - sequence);
    std::uint64_t back = std::clamp<std::uint64_t>(std::uint64_t{since} + 1, 1, most);
    while (back > 1) {
        const SentTick& after = ring_[(ticks_sent_ - back + 1) % ring_.size()];
        if (sequence_difference(sequence, after.first_sequence) < 0) break;
        --back;
    }
    return back;
}

/// What the ack before said, in ages from `newest`: each ack repeats most of it.
std::uint64_t AckWindow::known_of(std::uint16_t newest) const {
    constexpr std::uint64_t half_the_sequences = 32'768;
    if (datagrams_sent_ - last_ack_.datagrams_sent >= half_the_sequences) return 0;
    const int step = sequence_difference(newest, last_ack_.newest);
    if (step < -63 || step > 63) return 0;
    return step >= 0 ? last_ack_.acked << step : last_ack_.acked >> -step;
}

/// The first part is `newest - first_age`, the others follow it.
void AckWindow::ack_parts(std::size_t place, int first_age, std::uint64_t acked) {
    SentTick& sent = ring_[place];
    for (int part = 0; part < sent.parts && part <= first_age; ++part) {
        const int age = first_age - part;
        const auto bit = static_cast<std::size_t>(part);
        if (age > 63 || (acked >> age & 1) == 0 || is_acked(place, bit)) continue;
        if (sent.parts > 1) acked_[place].set(bit);
        ++sent.acked_parts;
    }
    if (sent.acked_parts == 0) return;
    if (!newest_acked_ || sent.tick > *newest_acked_) newest_acked_ = sent.tick;
    if (sent.acked_parts < sent.parts) return;
    completed_.push_back(sent.tick);
    auto& complete = complete_[sent.tick.value % complete_.size()];
    if (!complete || sent.tick > *complete) complete = sent.tick;
    if (!newest_complete_ || sent.tick > *newest_complete_) newest_complete_ = sent.tick;
}

AckWindow::Count AckWindow::count(Tick after, Tick up_to) const {
    Count count;
    for (const SentTick& one : ring_) {
        if (one.parts == 0 || one.tick <= after || one.tick > up_to) continue;
        count.sent += one.parts;
        count.acked += one.acked_parts;
    }
    return count;
}

/// Its place in the ring.
std::optional<std::size_t> AckWindow::find(Tick tick) const {
    const auto sent = std::find_if(ring_.begin(), ring_.end(), [tick](const SentTick& one) {
        return one.parts > 0 && one.tick == tick;
    });
    if (sent == ring_.end()) return std::nullopt;
    return static_cast<std::size_t>(sent - ring_.begin());
}

bool AckWindow::has_part(Tick tick, std::size_t part) const {
    const auto place = find(tick);
    return place && part < ring_[*place].parts && is_acked(*place, part);
}

bool AckWindow::has_any(Tick tick) const {
    if (is_complete(tick)) return true;
    const auto place = find(tick);
    return place && ring_[*place].acked_parts > 0;
}

/// True for everything once the counter has gone round: then a lie can't be told from an old truth,
/// and finds nothing to change either.
bool AckWindow::was_sent(std::uint16_t sequence) const {
    const int age = -sequence_difference(sequence, static_cast<std::uint16_t>(next_sequence_ - 1));
    return age >= 0 && static_cast<std::uint64_t>(age) < datagrams_sent_;
}

} // namespace engine_net
