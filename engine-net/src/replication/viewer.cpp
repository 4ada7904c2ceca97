#include "replication/viewer.hpp"

#include "core/assert.hpp"
#include "replication/codec/priors.hpp"
#include "replication/sections.hpp"
#include "replication/state_hash.hpp"

#include <algorithm>

namespace engine_net {

Viewer::Viewer(SnapshotEncoder& encoder, PresenceId presence, std::uint32_t bytes_per_second)
    : encoder_(encoder)
    , work_(encoder.workbench())
    , presence_(presence)
    , sent_(encoder.history())
    , selection_(encoder.history()) {
    if (bytes_per_second > 0) budget_.emplace(bytes_per_second, encoder.ticks_per_second());
}

void Viewer::encode(Tick tick, const Sight& sight, const DatagramSink& sink, SnapshotMeter* meter) {
    if (!encoder_.history().find(tick)) return;
    if (encoded_ && tick <= *encoded_) {
        ENGINE_NET_ASSERT(!"ticks go up from call to call");
        return;
    }
    encoded_ = tick;
    meter_ = meter;
    if (budget_) {
        const AckWindow& window = sent_.window();
        budget_->advance(tick, window.newest_acked(), [&window](Tick after, Tick up_to) {
            return window.count(after, up_to);
        });
        if (budget_->room() == 0) return;
    }
    if (sight.slots || !encode_everything(tick, sink)) encode_scoped(tick, sight, sink);
}

/// What everyone sees. False when it is more than there is room for, or cannot be coded against
/// what this viewer has.
bool Viewer::encode_everything(Tick tick, const DatagramSink& sink) {
    if (is_limited_ || sent_.is_newest_scoped()) return false;
    ReferenceCoverages coverages;
    ReferenceTicks references;
    if (encoder_.has_codec()) references = sent_.references(tick, coverages);
    std::span<const SharedSection> shared = encoder_.coded_sections(tick, references, coverages);
    const bool is_coded = !shared.empty();
    if (!is_coded) {
        // With references it is only that too much has changed at once.
        if (references.count == 0 && !may_start_anew(tick, true)) return true;
        shared = encoder_.shared_sections(tick);
    }
    if (is_over_budget(shared)) return false;
    Form form{is_coded ? is_coded_bit : 0u, {}};
    if (is_coded && sent_.window().is_complete(references.ticks[0]))
        form.baseline = references.ticks[0];
    if (!is_coded) begun_ = tick;
    assemble(tick, shared, form);
    send(tick, shared, {}, sink);
    if (!meter_) return true;
    const auto coded =
        is_coded ? encoder_.references_of(references, coverages, tick) : std::nullopt;
    measure({.tick = tick, .coded = coded ? &*coded : nullptr}, form.baseline);
    return true;
}

void Viewer::encode_scoped(Tick tick, const Sight& sight, const DatagramSink& sink) {
    if (!encoder_.scoped()) return;
    Sight seen = sight;
    if (!seen.slots) seen.slots = encoder_.scoped()->everything(tick);
    if (is_limited_ || !encode_all_in_sight(tick, seen.slots, sink))
        encode_selection(tick, seen, sink);
}

/// False when it is more than there is room for.
bool Viewer::encode_all_in_sight(Tick tick, const SharedSlots& sight, const DatagramSink& sink) {
    const ReferenceTicks references = sent_.whole_references(tick);
    if (references.count == 0 && !may_start_anew(tick, true)) return true;
    ScopedTask task;
    task.sight = task.told = sight;
    task.lag_class = lag_class_of(references.count == 0 ? 1 : tick - references.ticks[0]);
    sent_.add_references(ScopedTicks::of(references), task);
    task.is_everything = sight == encoder_.scoped()->everything(tick);
    const auto sections = scoped_sections(tick, task);
    if (sections.empty() && budget_) return false;
    if (sections.empty()) {
        ++oversize_ticks_;
        return true;
    }
    if (is_over_budget(sections)) return false;
    send_scoped(tick, task, sections, sink);
    return true;
}

void Viewer::encode_selection(Tick tick, const Sight& sight, const DatagramSink& sink) {
    Selection::Base base{sent_, {}, nullptr};
    if (const ReferenceTicks whole = sent_.whole_references(tick); whole.count > 0) {
        base.tick = whole.ticks[0];
        base.sight = sent_.told(whole.ticks[0]).sight.get();
    } else if (!may_start_anew(tick, false)) {
        return;
    }
    Selection::Choice choice =
        selection_.choose(tick, sight, base, budget_->room(), encoder_.ticks_per_second());
    ScopedTask task;
    task.sight = encoder_.scoped()->share(tick, std::move(choice.known));
    task.told = encoder_.scoped()->share(tick, std::move(choice.told));
    task.lists_references = true;
    task.lag_class = lag_class_of(choice.typical_lag);
    sent_.add_references(choice.references, task);
    is_limited_ = task.told != sight.slots;
    limited_ticks_ += is_limited_ ? 1 : 0;
    task.is_everything = !is_limited_ && sight.slots == encoder_.scoped()->everything(tick);
    const std::uint64_t bytes_before = bytes_;
    const auto sections = scoped_sections(tick, task);
    if (sections.empty()) {
        ++oversize_ticks_;
        return;
    }
    send_scoped(tick, task, sections, sink);
    selection_.learn(choice, static_cast<std::size_t>(bytes_ - bytes_before));
}

/// Without references where it can't be with them. None when even that is too much.
std::span<const SharedSection> Viewer::scoped_sections(Tick tick, ScopedTask& task) {
    const auto sections = encoder_.scoped()->sections(tick, task);
    if (!sections.empty() || task.references.count == 0) return sections;
    task.references = {};
    task.sight_before.reset();
    task.told_before = {};
    task.lag_class = lag_class_of(1);
    return encoder_.scoped()->sections(tick, task);
}

void Viewer::send_scoped(Tick tick,
                         const ScopedTask& task,
                         std::span<const SharedSection> shared,
                         const DatagramSink& sink) {
    Form form{is_scoped_bit, {}};
    if (task.references.count > 0) form.baseline = task.references.ticks[0];
    if (task.references.count == 0) begun_ = tick;
    assemble(tick, shared, form);
    if (work_.bodies.size() > max_parts) {
        ++oversize_ticks_;
        return;
    }
    send(tick, shared, {!task.is_everything, !is_limited_, task.sight, task.told}, sink);
    if (!meter_) return;
    const ScopedReferences references = encoder_.scoped()->references_of(task, tick);
    measure({.tick = tick, .scoped = &references}, form.baseline);
}

void Viewer::measure(SnapshotSources sources, const std::optional<Tick>& baseline) {
    sources.codec = encoder_.codec();
    if (baseline) {
        sources.baseline = encoder_.history().find(*baseline);
        sources.own = encoder_.history().owned_by(presence_, *baseline);
    }
    std::vector<SnapshotMeter::Datagram> datagrams;
    datagrams.reserve(work_.bodies.size());
    for (const Body& body : work_.bodies) {
        const std::size_t bytes = sizeof(wire::SnapshotHeader) + sizeof(std::uint16_t) +
                                  body.shared.size() + body.own.size();
        datagrams.push_back({bytes, body.bits, body.shared, body.own});
    }
    meter_->measure(datagrams, sources);
}

bool Viewer::is_over_budget(std::span<const SharedSection> sections) const {
    if (!budget_ || !encoder_.scoped()) return false;
    std::size_t bytes = 0;
    for (const SharedSection& section : sections) bytes += section.bytes.size();
    return bytes > budget_->room();
}

/// With what needs no reference: all there is, or, if that is not `is_whole`, some of it. A viewer
/// that has fallen behind the history, and so may be on a link that is overfull, gets it once a
/// second; one that has just come gets all until it acks, but parts only now and then.
bool Viewer::may_start_anew(Tick tick, bool is_whole) const {
    if (!encoder_.has_codec() || !begun_) return true;
    const std::int32_t second = encoder_.ticks_per_second();
    if (sent_.window().newest_acked()) return tick - *begun_ >= second;
    return is_whole || tick - *begun_ >= second / 4;
}

// A message of the snapshots channel (`wire::SnapshotHeader`, then what `sections.hpp` draws):
//
//     0  u32  tick
//     4  u16  sequence, of all datagrams to this viewer; what an ack names
//     6  u8   part, below parts
//     7  u8   parts of this tick for this viewer, at least 1
//     8  u16  bytes of the shared section, and `section_bits`
//     10      shared section, private section
void Viewer::send(Tick tick,
                  std::span<const SharedSection> shared,
                  SentTicks::Told told,
                  const DatagramSink& sink) {
    const std::uint16_t first_sequence =
        sent_.send(tick, work_.bodies.size(), shared, std::move(told));
    selection_.on_told(tick, sent_.told(tick));
    for (std::size_t part = 0; part < work_.bodies.size(); ++part) {
        const Body& body = work_.bodies[part];
        work_.datagram.clear();
        ByteWriter writer(work_.datagram);
        writer.write(wire::SnapshotHeader(tick.value,
                                          static_cast<std::uint16_t>(first_sequence + part),
                                          static_cast<std::uint8_t>(part),
                                          static_cast<std::uint8_t>(work_.bodies.size())));
        writer.write(static_cast<std::uint16_t>(body.shared.size() | body.bits));
        writer.write_bytes(body.shared);
        writer.write_bytes(body.own);
        ENGINE_NET_ASSERT(work_.datagram.size() <= max_message_bytes);
        ++datagrams_;
        bytes_ += work_.datagram.size();
        if (budget_) budget_->spend(work_.datagram.size());
        sink(work_.datagram);
    }
}

/// The first private section goes with the last shared one, the others have datagrams of their own.
void Viewer::assemble(Tick tick, std::span<const SharedSection> shared, Form form) {
    const std::size_t room_bytes = max_sections_bytes - shared.back().bytes.size();
    const bool tells_changes = form.baseline && tell_own_changes(tick, *form.baseline, room_bytes);
    if (!tells_changes) tell_own(tick, room_bytes);
    work_.bodies.clear();
    for (const SharedSection& section : shared)
        work_.bodies.push_back({section.bytes, {}, form.bit});
    std::size_t begin = 0;
    for (std::size_t i = 0; i < work_.private_ends.size(); ++i) {
        if (i > 0) work_.bodies.emplace_back();
        Body& body = work_.bodies.back();
        body.own = Bytes(work_.private_bytes).subspan(begin, work_.private_ends[i] - begin);
        if (!body.own.empty()) body.bits |= has_private_bit;
        if (tells_changes) body.bits |= is_own_changes_bit;
        begin = work_.private_ends[i];
    }
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
    work_.private_bytes.clear();
    encode_own_changes(history.schema().types(), frame, before, own, work_.private_bytes);
    work_.private_ends.assign(1, work_.private_bytes.size());
    return work_.private_bytes.size() <= room_bytes;
}

/// At least one section, which may be empty; the first of at most `room_bytes`.
void Viewer::tell_own(Tick tick, std::size_t room_bytes) {
    work_.private_bytes.clear();
    work_.private_ends.clear();
    const History& history = encoder_.history();
    const Frame& frame = *history.find(tick);
    auto owned = history.owned_by(presence_, tick);
    do {
        owned = owned.subspan(encode_private(
            history.schema().types(), frame, owned, room_bytes, work_.private_bytes));
        work_.private_ends.push_back(work_.private_bytes.size());
        room_bytes = max_sections_bytes;
    } while (!owned.empty());
}

void Viewer::on_ack(std::uint16_t newest, std::uint32_t bits) {
    sent_.on_ack(newest, bits, [this](Tick tick, const SentTicks::Told& told) {
        selection_.on_known(tick, told);
    });
}

double Viewer::loss() const {
    constexpr std::int32_t measured_ticks = history_ticks / 2;
    constexpr std::int32_t overtaking_ticks = 8; // whose acks are perhaps on their way
    const std::optional<Tick> newest = newest_acked();
    if (!newest) return 0;
    const Tick up_to = *newest + -overtaking_ticks;
    const auto count = sent_.window().count(up_to + -measured_ticks, up_to);
    return count.sent > 0 ? 1.0 - static_cast<double>(count.acked) / count.sent : 0;
}

std::optional<StateCheck> Viewer::take_state_check() {
    const auto tick = sent_.window().newest_complete();
    if (!tick || checked_ == tick) return std::nullopt;
    checked_ = tick;

    const History& history = encoder_.history();
    const Frame* frame = history.find(*tick);
    if (!frame) return std::nullopt;
    const auto types = history.schema().types();
    const SentTicks::Told& told = sent_.told(*tick);
    if (told.is_scoped && !told.sight) return std::nullopt;
    const std::uint64_t shared = told.is_scoped
                                     ? hash_shared(types, *frame, told.sight.get(), told.told.get())
                                     : *encoder_.shared_hash(*tick);
    return StateCheck{*tick, hash_own(shared, types, *frame, history.owned_by(presence_, *tick))};
}

} // namespace engine_net
