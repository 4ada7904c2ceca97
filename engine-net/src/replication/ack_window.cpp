#include "replication/ack_window.hpp"

#include "core/assert.hpp"
#include "core/sequence.hpp"

#include <algorithm>

namespace engine_net {

// Sequences are compared by wrapped difference, so all that are kept must lie within half the
// range.
static_assert(history_ticks * max_parts < 32'768);

AckWindow::AckWindow() : ring_(history_ticks) {}

std::uint16_t AckWindow::send(Tick tick, std::size_t parts) {
    ENGINE_NET_ASSERT(parts >= 1 && parts <= max_parts);
    SentTick& sent = ring_[ticks_sent_++ % ring_.size()];
    sent = {tick, next_sequence_, static_cast<std::uint8_t>(parts), 0, {}};
    next_sequence_ = static_cast<std::uint16_t>(next_sequence_ + parts);
    datagrams_sent_ += parts;
    return sent.first_sequence;
}

void AckWindow::on_ack(std::uint16_t newest, std::uint32_t bits) {
    // All or nothing: one lie makes the rest worthless.
    bool is_true = was_sent(newest);
    for (unsigned i = 0; i < 32; ++i) {
        if (bits >> i & 1)
            is_true = is_true && was_sent(static_cast<std::uint16_t>(newest - 1 - i));
    }
    if (!is_true) {
        ++forged_;
        return;
    }
    ack_one(newest);
    for (unsigned i = 0; i < 32; ++i) {
        if (bits >> i & 1) ack_one(static_cast<std::uint16_t>(newest - 1 - i));
    }
}

bool AckWindow::has_part(Tick tick, std::size_t part) const {
    const auto sent = std::find_if(ring_.begin(), ring_.end(), [tick](const SentTick& one) {
        return one.parts > 0 && one.tick == tick;
    });
    return sent != ring_.end() && part < sent->parts && sent->acked[part];
}

/// True for everything once the counter has gone round: then a lie can't be told from an old truth,
/// and finds nothing to change either.
bool AckWindow::was_sent(std::uint16_t sequence) const {
    const int age = -sequence_difference(sequence, static_cast<std::uint16_t>(next_sequence_ - 1));
    return age >= 0 && static_cast<std::uint64_t>(age) < datagrams_sent_;
}

void AckWindow::ack_one(std::uint16_t sequence) {
    const std::uint64_t kept = std::min<std::uint64_t>(ticks_sent_, ring_.size());
    for (std::uint64_t i = 1; i <= kept; ++i) {
        SentTick& sent = ring_[(ticks_sent_ - i) % ring_.size()];
        const int part = sequence_difference(sequence, sent.first_sequence);
        if (part < 0) continue;
        if (part >= sent.parts || sent.acked[static_cast<std::size_t>(part)]) return;

        sent.acked.set(static_cast<std::size_t>(part));
        if (++sent.acked_parts < sent.parts) return;
        auto& complete = complete_[sent.tick.value % complete_.size()];
        if (!complete || sent.tick > *complete) complete = sent.tick;
        if (!newest_complete_ || sent.tick > *newest_complete_) newest_complete_ = sent.tick;
        return;
    }
}

} // namespace engine_net
