#include "replication/viewer.hpp"

#include "core/assert.hpp"
#include "replication/sections.hpp"
#include "replication/state_hash.hpp"

#include <algorithm>

namespace engine_net {

Viewer::Viewer(SnapshotEncoder& encoder, PresenceId presence)
    : encoder_(encoder), presence_(presence), sent_(history_ticks) {}

// A message of the snapshots channel (`wire::SnapshotHeader`, then what `sections.hpp` draws):
//
//     0  u32  tick
//     4  u16  sequence, of all datagrams to this viewer; what an ack names
//     6  u8   part, below parts
//     7  u8   parts of this tick for this viewer, at least 1
//     8  u16  bytes of the shared section, and `section_bits`
//     10      shared section, private section
void Viewer::encode(Tick tick, const DatagramSink& sink) {
    if (!encoder_.history().find(tick)) return;
    if (encoded_ && tick <= *encoded_) {
        ENGINE_NET_ASSERT(!"ticks go up from call to call");
        return;
    }
    encoded_ = tick;
    ReferenceCoverages coverages;
    const ReferenceTicks references = references_for(tick, coverages);
    std::span<const SharedSection> shared = encoder_.coded_sections(tick, references, coverages);
    const bool is_coded = !shared.empty();
    if (!is_coded) {
        // With references it is only that too much has changed at once.
        if (references.count == 0 && !may_send_whole(tick)) return;
        shared = encoder_.shared_sections(tick);
        whole_sent_ = tick;
    }

    const std::size_t room_bytes = max_sections_bytes - shared.back().bytes.size();
    const bool tells_changes = is_coded && window_.is_complete(references.ticks[0]) &&
                               tell_own_changes(tick, references.ticks[0], room_bytes);
    if (!tells_changes) tell_own(tick, room_bytes);
    assemble(shared, is_coded, tells_changes);
    const std::uint16_t first_sequence = window_.send(tick, bodies_.size());
    remember(tick, shared);

    for (std::size_t part = 0; part < bodies_.size(); ++part) {
        const Body& body = bodies_[part];
        datagram_.clear();
        ByteWriter writer(datagram_);
        writer.write(wire::SnapshotHeader(tick.value,
                                          static_cast<std::uint16_t>(first_sequence + part),
                                          static_cast<std::uint8_t>(part),
                                          static_cast<std::uint8_t>(bodies_.size())));
        writer.write(static_cast<std::uint16_t>(body.shared.size() | body.bits));
        writer.write_bytes(body.shared);
        writer.write_bytes(body.own);
        ENGINE_NET_ASSERT(datagram_.size() <= max_message_bytes);
        ++datagrams_;
        bytes_ += datagram_.size();
        sink(datagram_);
    }
}

/// The first private section goes with the last shared one, the others have datagrams of their own.
void Viewer::assemble(std::span<const SharedSection> shared, bool is_coded, bool tells_changes) {
    bodies_.clear();
    for (const SharedSection& section : shared)
        bodies_.push_back({section.bytes, {}, is_coded ? is_coded_bit : 0u});
    std::size_t begin = 0;
    for (std::size_t i = 0; i < private_ends_.size(); ++i) {
        if (i > 0) bodies_.emplace_back();
        Body& body = bodies_.back();
        body.own = Bytes(private_bytes_).subspan(begin, private_ends_[i] - begin);
        if (!body.own.empty()) body.bits |= has_private_bit;
        if (tells_changes) body.bits |= is_own_changes_bit;
        begin = private_ends_[i];
    }
}

void Viewer::remember(Tick tick, std::span<const SharedSection> sections) {
    SentRuns& sent = sent_[tick.value % sent_.size()];
    sent.tick = tick;
    sent.ends.clear();
    for (const SharedSection& section : sections) sent.ends.push_back(section.to);
}

/// What arrived of a tick.
Coverage Viewer::coverage_of(Tick tick) const {
    Coverage coverage;
    const SentRuns& sent = sent_[tick.value % sent_.size()];
    if (sent.tick != tick) return coverage;
    Slot from;
    for (std::size_t part = 0; part < sent.ends.size(); ++part) {
        if (window_.has_part(tick, part)) coverage.add(from, sent.ends[part]);
        from = sent.ends[part];
    }
    return coverage;
}

/// Of the ticks that the viewer is known to have, whole or in part, the best to code against.
ReferenceTicks Viewer::references_for(Tick tick, ReferenceCoverages& coverages) const {
    if (!encoder_.has_codec()) return {};
    ReferenceTicks references =
        ReferenceTicks::choose(window_.newest_acked(), tick, [&](Tick older) {
            return window_.has_any(older) && encoder_.history().find(older) != nullptr;
        });
    for (std::size_t i = 0; i < references.count; ++i) {
        if (window_.is_complete(references.ticks[i])) continue;
        coverages[i] = coverage_of(references.ticks[i]);
        references.has_gaps = true;
    }
    return references;
}

/// A viewer that has fallen behind the history, and so may be on a link that is overfull, gets
/// whole states once a second; one that has just come gets them until it acks.
bool Viewer::may_send_whole(Tick tick) const {
    if (!encoder_.has_codec() || !window_.newest_acked() || !whole_sent_) return true;
    return tick - *whole_sent_ >= encoder_.ticks_per_second();
}

/// One section, for what the viewer owned at the baseline and still does. False when it owns
/// something else than there, or nothing, or when that is more than `room_bytes`.
bool Viewer::tell_own_changes(Tick tick, Tick baseline, std::size_t room_bytes) {
    const History& history = encoder_.history();
    const Frame& frame = *history.find(tick);
    const Frame& before = *history.find(baseline);
    const auto own = history.owned_by(presence_, tick);
    const auto is_same = [&](Slot now, Slot then) {
        return now == then && frame.types[now.type].incarnation[now.index] ==
                                  before.types[then.type].incarnation[then.index];
    };
    if (own.empty() || !std::ranges::equal(own, history.owned_by(presence_, baseline), is_same))
        return false;
    private_bytes_.clear();
    encode_own_changes(history.schema().types(), frame, before, own, private_bytes_);
    private_ends_.assign(1, private_bytes_.size());
    return private_bytes_.size() <= room_bytes;
}

/// At least one section, which may be empty; the first of at most `room_bytes`.
void Viewer::tell_own(Tick tick, std::size_t room_bytes) {
    private_bytes_.clear();
    private_ends_.clear();
    const History& history = encoder_.history();
    const Frame& frame = *history.find(tick);
    auto owned = history.owned_by(presence_, tick);
    do {
        owned = owned.subspan(
            encode_private(history.schema().types(), frame, owned, room_bytes, private_bytes_));
        private_ends_.push_back(private_bytes_.size());
        room_bytes = max_sections_bytes;
    } while (!owned.empty());
}

void Viewer::on_ack(std::uint16_t newest, std::uint32_t bits) {
    window_.on_ack(newest, bits);
}

std::optional<StateCheck> Viewer::take_state_check() {
    const auto tick = window_.newest_complete();
    if (!tick || checked_ == tick) return std::nullopt;
    checked_ = tick;

    const History& history = encoder_.history();
    const auto shared = encoder_.shared_hash(*tick);
    if (!shared) return std::nullopt;
    return StateCheck{*tick,
                      hash_own(*shared,
                               history.schema().types(),
                               *history.find(*tick),
                               history.owned_by(presence_, *tick))};
}

} // namespace engine_net
