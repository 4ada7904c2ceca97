#include "replication/replica.hpp"

#include "replication/state_hash.hpp"

#include "hot_generated.h"

#include <algorithm>
#include <array>

namespace engine_net {
namespace {

/// In a replica's frames, the owner of what came with private columns.
constexpr PresenceId oneself{1};

/// By type and index.
std::vector<Slot> own_slots(const Frame& frame) {
    std::vector<Slot> own;
    for (std::size_t t = 0; t < frame.types.size(); ++t) {
        const TypeFrame& rows = frame.types[t];
        for (std::size_t i = 0; i < rows.slots(); ++i) {
            if (rows.owner[i].is_set())
                own.push_back({static_cast<std::uint16_t>(t), static_cast<std::uint16_t>(i)});
        }
    }
    return own;
}

} // namespace

Replica::Replica(const ReplicatedSchema& schema, SnapshotCodec* codec)
    : schema_(schema)
    , codec_(codec)
    , decoded_(schema.types())
    , types_(schema.types())
    , newest_state_(schema.types()) {
    ring_.reserve(history_ticks);
    for (std::size_t i = 0; i < history_ticks; ++i)
        ring_.push_back({Frame(schema.types()), 0, 0, {}, {}, {}, {}});
}

ReceiveOutcome Replica::receive(Bytes datagram) {
    ByteReader reader(datagram);
    const auto header = reader.read<wire::SnapshotHeader>();
    if (!reader.ok() || header.part() >= header.parts()) return ReceiveOutcome::malformed;

    const Tick tick{header.tick()};
    if (is_too_old(tick)) return ReceiveOutcome::stale;
    Received& received = this->received(tick);
    const bool is_new = !received.frame.is_filled || received.frame.tick != tick;
    if (!is_new && received.parts != header.parts()) return ReceiveOutcome::malformed;
    if (!is_new && received.has_part[header.part()]) return ReceiveOutcome::stale;
    const ReceiveOutcome decoded = decode(tick, reader.rest());
    if (decoded != ReceiveOutcome::ok) return decoded;
    if (!fits_slots()) return ReceiveOutcome::malformed;
    if (!is_new && contradicts(received)) return ReceiveOutcome::malformed;

    if (is_new) begin(received, tick, header.parts());
    received.has_part.set(header.part());
    ++received.parts_received;
    window_.receive(header.sequence());
    ++datagrams_;
    if (!newest_ || tick > *newest_) newest_ = tick;

    note_told(received);
    store(received.frame);
    newest_state_.take(sections_, received.frame);
    if (received.parts_received == received.parts) complete(received.frame);
    return ReceiveOutcome::ok;
}

void Replica::begin(Received& received, Tick tick, std::uint8_t parts) {
    received.frame.clear(tick);
    received.parts = parts;
    received.parts_received = 0;
    received.has_part.reset();
    received.told.clear();
    received.is_scoped.reset();
    received.told_rows.clear();
}

/// Which slots the datagram told of.
void Replica::note_told(Received& received) const {
    if (!sections_.runs.empty()) received.is_scoped = sections_.is_scoped;
    for (const ToldRun& run : sections_.runs) {
        const auto type_end = static_cast<std::uint16_t>(run.type + 1);
        received.told.add({run.type, run.first},
                          run.ends ? Slot{type_end, 0} : Slot{run.type, run.end});
    }
    if (!sections_.is_scoped) return;
    for (const ToldEntity& entity : sections_.shared) received.told_rows.add(entity.slot);
}

bool Replica::is_too_old(Tick tick) const {
    if (floor_ && tick <= *floor_) return true;
    return newest_ && *newest_ - tick >= static_cast<std::int32_t>(ring_.size());
}

ReceiveOutcome Replica::decode(Tick tick, Bytes body) {
    sections_.clear();
    ByteReader reader(body);
    const auto lengths = reader.read<std::uint16_t>();
    const Bytes shared = reader.read_bytes(lengths & ~unsigned{section_bits});
    if (!reader.ok()) return ReceiveOutcome::malformed;
    baseline_ = nullptr;
    const bool is_scoped = (lengths & is_scoped_bit) != 0;
    if (is_scoped || (lengths & is_coded_bit) != 0) {
        const ReceiveOutcome decoded =
            is_scoped ? decode_scoped(tick, shared) : decode_coded(tick, shared);
        if (decoded != ReceiveOutcome::ok) return decoded;
    } else if (!decode_shared(schema_.types(), shared, sections_)) {
        return ReceiveOutcome::malformed;
    }
    return decode_own(lengths, reader.rest()) ? ReceiveOutcome::ok : ReceiveOutcome::malformed;
}

bool Replica::decode_own(unsigned lengths, Bytes section) {
    const bool tells_changes = (lengths & is_own_changes_bit) != 0;
    if ((lengths & has_private_bit) == 0) return !tells_changes && section.empty();
    if (!tells_changes) return decode_private(schema_.types(), section, sections_);
    if (!baseline_) return false;
    return decode_own_changes(
        schema_.types(), section, *baseline_, own_slots(*baseline_), sections_);
}

ReceiveOutcome Replica::decode_coded(Tick tick, Bytes section) {
    if (!codec_) return ReceiveOutcome::unknown_version;
    ByteReader reader(section);
    const Slot end{static_cast<std::uint16_t>(schema_.types().size()), 0};
    const auto header = read_coded_header(reader, tick, end);
    if (!header) return ReceiveOutcome::malformed;
    const auto references = find_references(header->references, tick);
    if (!references) return ReceiveOutcome::unknown_version;
    baseline_ = references->frames[0];

    const SnapshotCodec::Run run{header->from, header->to, true};
    decoded_.clear(tick);
    switch (codec_->decode_shared(
        *references, reader.rest(), run, decoded_, meter_ ? &*meter_ : nullptr)) {
    case DecodeOutcome::damaged: return ReceiveOutcome::malformed;
    case DecodeOutcome::unknown_version: return ReceiveOutcome::unknown_version;
    case DecodeOutcome::ok: break;
    }
    tell_run(run);
    return ReceiveOutcome::ok;
}

ReceiveOutcome Replica::decode_scoped(Tick tick, Bytes section) {
    if (!codec_) return ReceiveOutcome::unknown_version;
    ByteReader reader(section);
    const Slot end{static_cast<std::uint16_t>(schema_.types().size()), 0};
    const auto header = read_scoped_header(reader, tick, end);
    if (!header) return ReceiveOutcome::malformed;
    const auto references = find_references(*header, tick);
    if (!references) return ReceiveOutcome::unknown_version;
    baseline_ = references->frames[0];

    const SnapshotCodec::Run run{header->from, header->to};
    decoded_.clear(tick);
    told_rows_.clear();
    if (codec_->decode_scoped(*references,
                              reader.rest(),
                              run,
                              header->tells_all,
                              decoded_,
                              told_rows_,
                              meter_ ? &*meter_ : nullptr) != DecodeOutcome::ok)
        return ReceiveOutcome::malformed;
    sections_.is_scoped = !header->is_everything;
    tell_run(run, &told_rows_);
    return ReceiveOutcome::ok;
}

/// Nothing when one is not here whole.
std::optional<ScopedReferences> Replica::find_references(const ScopedHeader& header,
                                                         Tick tick) const {
    ScopedReferences references;
    const ScopedTicks& ticks = header.references;
    for (std::size_t i = 0; i < ticks.count; ++i) {
        references.frames[i] = find_complete(ticks.ticks[i]);
        if (!references.frames[i]) return std::nullopt;
        references.ages[i] = ticks.ticks[0] - ticks.ticks[i];
        references.told[i] = told_rows(ticks.ticks[i]);
    }
    references.count = ticks.count;
    references.lag = ticks.count == 0 ? 0 : tick - ticks.ticks[0];
    references.typical_lag = typical_lag(header.lag_class);
    return references;
}

/// Nothing when one is not here, or, unless that was to be expected, not whole.
std::optional<References> Replica::find_references(const ReferenceTicks& ticks, Tick tick) const {
    // What is in a scoped tick is not what everyone sees.
    auto references = ticks.with_frames(tick, [&](Tick older) -> const Frame* {
        if (told_rows(older)) return nullptr;
        return ticks.has_gaps ? find_frame(older) : find_complete(older);
    });
    for (std::size_t i = 0; references && i < references->count; ++i) {
        if (!find_complete(ticks.ticks[i]))
            references->coverages[i] = &received(ticks.ticks[i]).told;
    }
    return references;
}

/// What was decoded, as sections tell it.
void Replica::tell_run(const SnapshotCodec::Run& run, const SlotSet* told) {
    for (std::uint16_t t = run.from.type; t < schema_.types().size() && Slot{t, 0} < run.to; ++t) {
        const TypeFrame& rows = decoded_.types[t];
        const std::size_t columns = schema_.types()[t].shared_columns;
        const std::uint16_t first = t == run.from.type ? run.from.index : std::uint16_t{0};
        const bool ends = t < run.to.type;
        std::size_t used = ends ? rows.slots() : run.to.index;
        while (ends && used > first && !rows.has(used - 1)) --used;
        sections_.runs.push_back(
            {t, first, static_cast<std::uint16_t>(std::max<std::size_t>(used, first)), ends});
        for (std::size_t i = first; i < used; ++i) {
            if (!rows.has(i)) continue;
            const Slot slot{t, static_cast<std::uint16_t>(i)};
            if (told && !told->has(slot)) {
                sections_.kept.push_back({slot, rows.incarnation[i], rows.id[i]});
                continue;
            }
            sections_.shared.push_back(
                {slot, rows.incarnation[i], rows.id[i], sections_.numbers.size()});
            const std::int32_t* row = rows.row(i);
            sections_.numbers.insert(sections_.numbers.end(), row, row + columns);
        }
    }
}

const Frame* Replica::find_complete(Tick tick) const {
    const Received& at = received(tick);
    return find_frame(tick) && at.parts_received == at.parts ? &at.frame : nullptr;
}

/// A room never has more than `max_slots` slots, so neither has its replica.
bool Replica::fits_slots() const {
    std::array<std::size_t, max_entity_types> slots{};
    for (std::size_t t = 0; t < schema_.types().size(); ++t) slots[t] = newest_state_.slots(t);
    for (const ToldRun& run : sections_.runs)
        slots[run.type] = std::max<std::size_t>(slots[run.type], run.end);
    for (const ToldEntity& entity : sections_.own) {
        slots[entity.slot.type] =
            std::max<std::size_t>(slots[entity.slot.type], entity.slot.index + 1u);
    }
    std::size_t total = 0;
    for (const std::size_t count : slots) total += count;
    return total <= max_slots;
}

/// A tick's sections are all scoped or none; a slot is told of once a tick; its two sections speak
/// of the same entity.
bool Replica::contradicts(const Received& received) const {
    if (!sections_.runs.empty() &&
        received.is_scoped.value_or(sections_.is_scoped) != sections_.is_scoped)
        return true;
    const Frame& frame = received.frame;
    for (const ToldEntity& entity : sections_.shared) {
        if (frame.types[entity.slot.type].has(entity.slot.index)) return true;
    }
    for (const KeptEntity& entity : sections_.kept) {
        if (frame.types[entity.slot.type].has(entity.slot.index)) return true;
    }
    for (const ToldEntity& entity : sections_.own) {
        const TypeFrame& there = frame.types[entity.slot.type];
        if (there.has(entity.slot.index) &&
            there.incarnation[entity.slot.index] != entity.incarnation)
            return true;
    }
    return false;
}

/// Adds the datagram's entities to their tick's frame.
void Replica::store(Frame& frame) const {
    for (const KeptEntity& entity : sections_.kept) {
        TypeFrame& rows = frame.types[entity.slot.type];
        rows.grow(entity.slot.index + 1u);
        rows.incarnation[entity.slot.index] = entity.incarnation;
        rows.id[entity.slot.index] = entity.id;
    }
    for (const ToldEntity& entity : sections_.shared) {
        const EntityType& type = schema_.types()[entity.slot.type];
        TypeFrame& rows = frame.types[entity.slot.type];
        const std::size_t slot = entity.slot.index;
        rows.grow(slot + 1);
        rows.incarnation[slot] = entity.incarnation;
        rows.id[slot] = entity.id;
        std::int32_t* row = rows.row(slot);
        std::copy_n(sections_.numbers.data() + entity.numbers, type.shared_columns, row);
        if (rows.owner[slot].is_set()) continue;
        std::copy_n(type.blank.data() + type.shared_columns,
                    type.columns.size() - type.shared_columns,
                    row + type.shared_columns);
    }
    for (const ToldEntity& entity : sections_.own) {
        const EntityType& type = schema_.types()[entity.slot.type];
        TypeFrame& rows = frame.types[entity.slot.type];
        const std::size_t slot = entity.slot.index;
        rows.grow(slot + 1);
        rows.owner[slot] = oneself;
        std::copy_n(sections_.numbers.data() + entity.numbers,
                    type.columns.size() - type.shared_columns,
                    rows.row(slot) + type.shared_columns);
    }
}

void Replica::complete(const Frame& frame) {
    if (!newest_complete_ || frame.tick > *newest_complete_) newest_complete_ = frame.tick;
    newest_state_.take_complete(frame);
}

void Replica::each(const char* type,
                   const std::function<void(EntityId, const void*)>& visit) const {
    const auto number = types_.find(type);
    if (!number) return;
    StructBytes state;
    const TypeFrame& rows = newest_state_.rows(*number);
    for (std::size_t i = 0; i < rows.slots(); ++i) {
        if (!rows.has(i)) continue;
        dequantise(schema_.types()[*number], rows.row(i), state.data());
        visit(rows.id[i], state.data());
    }
}

bool Replica::find(const char* type, EntityId id, void* state) const {
    const auto number = types_.find(type);
    const auto slot = newest_state_.find(id);
    if (!number || !slot || slot->type != *number) return false;
    dequantise(schema_.types()[*number],
               newest_state_.rows(*number).row(slot->index),
               static_cast<std::uint8_t*>(state));
    return true;
}

std::optional<Tick> Replica::find_told(const char* type, EntityId id, void* state) const {
    const auto number = types_.find(type);
    const auto slot = newest_state_.find(id);
    if (!number || !slot || slot->type != *number || !newest_) return std::nullopt;
    const EntityType& entity_type = schema_.types()[*number];
    for (std::int32_t back = 0; back < static_cast<std::int32_t>(ring_.size()); ++back) {
        const Tick tick = *newest_ - back;
        const Frame* const frame = find_frame(tick);
        if (!frame) continue;
        const TypeFrame& rows = frame->types[*number];
        if (!rows.has(slot->index) || rows.id[slot->index] != id) continue;
        const SlotSet* const told = told_rows(tick);
        if (told && !told->has(*slot)) continue;
        if (entity_type.has_private() && !rows.owner[slot->index].is_set()) continue;
        dequantise(entity_type, rows.row(slot->index), static_cast<std::uint8_t*>(state));
        return tick;
    }
    return std::nullopt;
}

const Frame* Replica::find_frame(Tick tick) const {
    const Frame& frame = received(tick).frame;
    return frame.is_filled && frame.tick == tick ? &frame : nullptr;
}

const SlotSet* Replica::told_rows(Tick tick) const {
    const Received& at = received(tick);
    return find_frame(tick) && at.is_scoped.value_or(false) ? &at.told_rows : nullptr;
}

const Coverage* Replica::told(Tick tick) const {
    return find_frame(tick) ? &received(tick).told : nullptr;
}

std::size_t Replica::parts_received(Tick tick) const {
    return find_frame(tick) ? received(tick).parts_received : 0;
}

std::optional<std::uint64_t> Replica::state_hash(Tick tick) const {
    const Received& at = received(tick);
    if (!find_frame(tick) || at.parts_received != at.parts) return std::nullopt;
    if (*newest_ - tick >= static_cast<std::int32_t>(hashed_ticks)) return std::nullopt;

    return hash_own(hash_shared(schema_.types(), at.frame, nullptr, told_rows(tick)),
                    schema_.types(),
                    at.frame,
                    own_slots(at.frame));
}

void Replica::clear(std::optional<Tick> floor) {
    begin_again();
    floor_ = floor;
    newest_state_.clear();
    newest_.reset();
    meter_.reset();
}

void Replica::begin_again() {
    for (Received& one : ring_) one.frame.is_filled = false;
    window_ = {};
    newest_complete_.reset();
}

} // namespace engine_net
