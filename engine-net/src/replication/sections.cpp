#include "replication/sections.hpp"

#include "core/assert.hpp"
#include "replication/ack_window.hpp"
#include "replication/bit_stream.hpp"

#include <algorithm>

namespace engine_net {
namespace {

constexpr unsigned type_bits = 6;
constexpr unsigned index_bits = 16;
constexpr unsigned count_bits = 16;
constexpr unsigned incarnation_bits = 16;
constexpr unsigned id_bits = 32;
static_assert(max_entity_types <= std::size_t{1} << type_bits);
static_assert(max_slots <= std::size_t{1} << index_bits);

constexpr std::size_t max_sections_bits = 8 * max_sections_bytes;
constexpr std::size_t run_bits = count_bits + 2; ///< n, ends, more
constexpr std::size_t start_bits = type_bits + index_bits;
constexpr std::size_t known_bits = incarnation_bits + id_bits;
constexpr std::size_t own_bits = type_bits + index_bits + incarnation_bits;

/// Slots up to the last one with an entity.
std::size_t used_slots(const TypeFrame& entities) {
    std::size_t used = entities.slots();
    while (used > 0 && entities.incarnation[used - 1] == 0) --used;
    return used;
}

std::size_t slot_bits(const EntityType& type, const TypeFrame& entities, std::size_t slot) {
    return entities.has(slot) ? 1 + known_bits + type.shared_bits : 1;
}

std::size_t most_entity_bits(std::span<const EntityType> types) {
    std::size_t most = 1;
    for (const EntityType& type : types) most = std::max(most, entity_bits(type));
    return most;
}

/// What a section holds at least before the next one begins.
std::size_t usable_bits(std::span<const EntityType> types) {
    return max_sections_bits - start_bits - run_bits - most_entity_bits(types);
}

void write_columns(BitWriter& writer,
                   const EntityType& type,
                   const std::int32_t* row,
                   std::size_t first,
                   std::size_t end) {
    for (std::size_t i = first; i < end; ++i) {
        const Column& column = type.columns[i];
        writer.write(static_cast<std::uint32_t>(row[i]) - static_cast<std::uint32_t>(column.lo),
                     column.bits);
    }
}

std::int32_t read_column(BitReader& reader, const Column& column) {
    const auto lo = static_cast<std::uint32_t>(column.lo);
    const std::uint32_t above = reader.read(column.bits);
    if (above > static_cast<std::uint32_t>(column.hi) - lo) reader.fail();
    return static_cast<std::int32_t>(lo + above);
}

/// A reader that says whose the bits are, if somebody asks.
class SectionReader : public BitReader {
public:
    SectionReader(Bytes section, SizeMeter* meter) : BitReader(section), meter_(meter) {
        if (meter_) meter_->begin();
    }

    /// What is read from `begin` on belongs to a type.
    void enter_type(std::size_t number, std::size_t begin) {
        if (meter_) meter_->enter_type(number, static_cast<double>(begin));
    }
    /// What was read since the last of these belongs to a column's field, or to no field.
    void end_column(const EntityType& type, std::size_t column) {
        if (!meter_) return;
        const auto owner = std::ranges::find_if(type.fields, [&](const Field& field) {
            return column - field.first_column < field.columns;
        });
        meter_->end_field(static_cast<std::size_t>(owner - type.fields.begin()),
                          static_cast<double>(at_bits()));
    }
    void end_rest() {
        if (meter_) meter_->end_rest(static_cast<double>(at_bits()));
    }

private:
    SizeMeter* meter_;
};

void read_columns(SectionReader& reader,
                  const EntityType& type,
                  std::size_t first,
                  std::size_t end,
                  std::vector<std::int32_t>& numbers) {
    reader.end_rest();
    for (std::size_t i = first; i < end; ++i) {
        numbers.push_back(read_column(reader, type.columns[i]));
        reader.end_column(type, i);
    }
}

/// Whether an entity's private columns differ between two frames.
bool own_changed(const EntityType& type, const Frame& frame, const Frame& before, Slot slot) {
    const std::int32_t* now = frame.types[slot.type].row(slot.index);
    const std::int32_t* then = before.types[slot.type].row(slot.index);
    return !std::equal(
        now + type.shared_columns, now + type.columns.size(), then + type.shared_columns);
}

void write_slot(BitWriter& writer,
                const EntityType& type,
                const TypeFrame& entities,
                std::size_t slot) {
    const bool present = entities.has(slot);
    writer.write(present, 1);
    if (!present) return;
    writer.write(entities.incarnation[slot], incarnation_bits);
    writer.write(entities.id[slot].value, id_bits);
    write_columns(writer, type, entities.row(slot), 0, type.shared_columns);
}

void read_slot(SectionReader& reader, const EntityType& type, Slot slot, Sections& told) {
    if (reader.read(1) == 0) return;
    ToldEntity entity{slot, 0, {}, told.numbers.size()};
    entity.incarnation = static_cast<std::uint16_t>(reader.read(incarnation_bits));
    entity.id = EntityId{reader.read(id_bits)};
    if (entity.incarnation == 0 || !entity.id.is_set()) reader.fail();
    read_columns(reader, type, 0, type.shared_columns, told.numbers);
    told.shared.push_back(entity);
}

} // namespace

void Sections::clear() {
    is_scoped = false;
    runs.clear();
    shared.clear();
    kept.clear();
    own.clear();
    numbers.clear();
}

std::size_t entity_bits(const EntityType& type) {
    const std::size_t own = type.has_private() ? own_bits + type.private_bits : 0;
    return 1 + known_bits + type.shared_bits + own;
}

std::size_t max_tick_bits(std::span<const EntityType> types) {
    // One datagram may be cut short where the shared sections end, one where the private ones do.
    const std::size_t everything = (max_parts - 2) * usable_bits(types);
    return everything - types.size() * run_bits - max_slots;
}

void plan_sections(std::span<const EntityType> types, const Frame& frame, std::vector<Slot>& cuts) {
    std::size_t total = 0;
    for (std::size_t t = 0; t < types.size(); ++t) {
        total += run_bits;
        const std::size_t used = used_slots(frame.types[t]);
        for (std::size_t i = 0; i < used; ++i) total += slot_bits(types[t], frame.types[t], i);
    }
    const std::size_t usable = usable_bits(types);
    const std::size_t sections = std::max<std::size_t>(1, (total + usable - 1) / usable);
    const std::size_t enough = (total + sections - 1) / sections;

    cuts.assign(1, Slot{});
    std::size_t bits = 0;
    const auto cut_if_full = [&](std::size_t type, std::size_t index) {
        if (bits < enough || bits == 0) return;
        cuts.push_back({static_cast<std::uint16_t>(type), static_cast<std::uint16_t>(index)});
        bits = 0;
    };
    for (std::size_t t = 0; t < types.size(); ++t) {
        cut_if_full(t, 0);
        bits += run_bits;
        const std::size_t used = used_slots(frame.types[t]);
        for (std::size_t i = 0; i < used; ++i) {
            if (i > 0) cut_if_full(t, i);
            bits += slot_bits(types[t], frame.types[t], i);
        }
    }
}

void encode_shared(std::span<const EntityType> types,
                   const Frame& frame,
                   Slot from,
                   Slot to,
                   std::vector<std::uint8_t>& out) {
    if (from.type >= types.size()) return;
    BitWriter writer(out);
    writer.write(from.type, type_bits);
    writer.write(from.index, index_bits);
    for (std::size_t t = from.type, first = from.index; t < types.size(); ++t, first = 0) {
        const bool ends = t < to.type;
        const std::size_t end = ends ? used_slots(frame.types[t]) : to.index;
        ENGINE_NET_ASSERT(first <= end);
        writer.write(static_cast<std::uint32_t>(end - first), count_bits);
        writer.write(ends, 1);
        for (std::size_t i = first; i < end; ++i) write_slot(writer, types[t], frame.types[t], i);

        const bool more = Slot{static_cast<std::uint16_t>(t + 1), 0} < to;
        writer.write(more, 1);
        if (!more) break;
    }
    writer.finish();
}

bool decode_shared(std::span<const EntityType> types,
                   Bytes section,
                   Sections& told,
                   SizeMeter* meter) {
    if (section.empty()) return true;
    SectionReader reader(section, meter);
    std::size_t type = reader.read(type_bits);
    std::size_t first = reader.read(index_bits);
    for (bool more = true; more && reader.ok(); ++type, first = 0) {
        const std::size_t begin = reader.at_bits();
        const std::size_t end = first + reader.read(count_bits);
        const bool ends = reader.read(1) != 0;
        if (type >= types.size() || end > max_slots) return false;

        reader.enter_type(type, begin);
        told.runs.push_back({static_cast<std::uint16_t>(type),
                             static_cast<std::uint16_t>(first),
                             static_cast<std::uint16_t>(end),
                             ends});
        for (std::size_t i = first; i < end && reader.ok(); ++i) {
            read_slot(reader,
                      types[type],
                      {static_cast<std::uint16_t>(type), static_cast<std::uint16_t>(i)},
                      told);
        }
        more = reader.read(1) != 0;
        if (more && !ends) return false;
        reader.end_rest();
    }
    return reader.finished();
}

std::size_t encode_private(std::span<const EntityType> types,
                           const Frame& frame,
                           std::span<const Slot> entities,
                           std::size_t room_bytes,
                           std::vector<std::uint8_t>& out) {
    std::size_t bits = count_bits;
    std::size_t count = 0;
    for (; count < entities.size(); ++count) {
        bits += own_bits + types[entities[count].type].private_bits;
        if (bits > 8 * room_bytes) break;
    }
    if (count == 0) return 0;

    BitWriter writer(out);
    writer.write(static_cast<std::uint32_t>(count), count_bits);
    for (const Slot slot : entities.first(count)) {
        const EntityType& type = types[slot.type];
        const TypeFrame& rows = frame.types[slot.type];
        writer.write(slot.type, type_bits);
        writer.write(slot.index, index_bits);
        writer.write(rows.incarnation[slot.index], incarnation_bits);
        write_columns(writer, type, rows.row(slot.index), type.shared_columns, type.columns.size());
    }
    writer.finish();
    return count;
}

bool decode_private(std::span<const EntityType> types,
                    Bytes section,
                    Sections& told,
                    SizeMeter* meter) {
    SectionReader reader(section, meter);
    const std::uint32_t count = reader.read(count_bits);
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
        const std::size_t begin = reader.at_bits();
        ToldEntity entity;
        entity.slot.type = static_cast<std::uint16_t>(reader.read(type_bits));
        entity.slot.index = static_cast<std::uint16_t>(reader.read(index_bits));
        entity.incarnation = static_cast<std::uint16_t>(reader.read(incarnation_bits));
        entity.numbers = told.numbers.size();
        if (entity.slot.type >= types.size() || entity.slot.index >= max_slots ||
            entity.incarnation == 0)
            return false;

        const EntityType& type = types[entity.slot.type];
        if (!type.has_private()) return false;
        reader.enter_type(entity.slot.type, begin);
        read_columns(reader, type, type.shared_columns, type.columns.size(), told.numbers);
        told.own.push_back(entity);
    }
    return reader.finished();
}

void encode_own_changes(std::span<const EntityType> types,
                        const Frame& frame,
                        const Frame& before,
                        std::span<const Slot> own,
                        std::vector<std::uint8_t>& out) {
    BitWriter writer(out);
    const bool any = std::ranges::any_of(own, [&](Slot slot) {
        return own_changed(types[slot.type], frame, before, slot);
    });
    writer.write(any, 1);
    for (std::size_t i = 0; any && i < own.size(); ++i) {
        const Slot slot = own[i];
        const EntityType& type = types[slot.type];
        const bool changed = own_changed(type, frame, before, slot);
        writer.write(changed, 1);
        const std::int32_t* now = frame.types[slot.type].row(slot.index);
        const std::int32_t* then = before.types[slot.type].row(slot.index);
        for (std::size_t c = type.shared_columns; changed && c < type.columns.size(); ++c) {
            writer.write(now[c] != then[c], 1);
            if (now[c] != then[c]) write_columns(writer, type, now, c, c + 1);
        }
    }
    writer.finish();
}

bool decode_own_changes(std::span<const EntityType> types,
                        Bytes section,
                        const Frame& before,
                        std::span<const Slot> own,
                        Sections& told,
                        SizeMeter* meter) {
    SectionReader reader(section, meter);
    const bool any = reader.read(1) != 0;
    for (const Slot slot : own) {
        const EntityType& type = types[slot.type];
        const TypeFrame& rows = before.types[slot.type];
        const std::int32_t* then = rows.row(slot.index);
        told.own.push_back({slot, rows.incarnation[slot.index], {}, told.numbers.size()});
        reader.enter_type(slot.type, reader.at_bits());
        const bool changed = any && reader.read(1) != 0;
        reader.end_rest();
        for (std::size_t c = type.shared_columns; c < type.columns.size(); ++c) {
            const bool is_new = changed && reader.read(1) != 0;
            told.numbers.push_back(is_new ? read_column(reader, type.columns[c]) : then[c]);
            reader.end_column(type, c);
        }
    }
    return reader.finished();
}

} // namespace engine_net
