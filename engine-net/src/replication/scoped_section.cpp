#include "replication/scoped_section.hpp"

#include "core/assert.hpp"
#include "replication/codec/priors.hpp"

#include <algorithm>

namespace engine_net {

namespace {

constexpr unsigned class_bits = 7;
constexpr unsigned tells_all_bit = 8;
constexpr unsigned from_bit = 16;
constexpr unsigned to_bit = 32;
constexpr unsigned lists_bit = 64;
constexpr unsigned everything_bit = 128;

ReferenceTicks chosen(const ScopedTicks& ticks) {
    ENGINE_NET_ASSERT(ticks.count <= max_references);
    ReferenceTicks references;
    references.count = std::min(ticks.count, max_references);
    std::copy_n(ticks.ticks.begin(), references.count, references.ticks.begin());
    return references;
}

void write_list(ByteWriter& writer, const ScopedTicks& references) {
    writer.write(static_cast<std::uint8_t>(references.count - 1));
    for (std::size_t i = 1; i < references.count; ++i) {
        const int age = references.ticks[0] - references.ticks[i];
        ENGINE_NET_ASSERT(age >= 1 && age <= most_scoped_age);
        writer.write(static_cast<std::uint8_t>(age));
    }
}

std::optional<ScopedTicks> read_list(ByteReader& reader, Tick youngest) {
    ScopedTicks references;
    references.ticks[references.count++] = youngest;
    const auto older = reader.read<std::uint8_t>();
    if (older >= max_scoped_references) return std::nullopt;
    int last_age = 0;
    for (std::size_t i = 0; i < older; ++i) {
        const int age = reader.read<std::uint8_t>();
        if (age <= last_age || age > most_scoped_age) return std::nullopt;
        references.ticks[references.count++] = youngest - age;
        last_age = age;
    }
    return references;
}

std::optional<ScopedTicks> read_references(ByteReader& reader, bool is_listed, Tick youngest) {
    if (is_listed) return read_list(reader, youngest);
    constexpr unsigned lateness_bits = 0x3FF;
    const auto bits = reader.read<std::uint16_t>();
    const auto references = read_lateness(bits, youngest);
    if (!references || (bits & ~lateness_bits) != 0) return std::nullopt;
    return ScopedTicks::of(*references);
}

} // namespace

ScopedTicks ScopedTicks::of(const ReferenceTicks& ticks) {
    ScopedTicks scoped;
    scoped.count = ticks.count;
    std::copy_n(ticks.ticks.begin(), ticks.count, scoped.ticks.begin());
    return scoped;
}

void write_scoped_header(const ScopedHeader& header,
                         Tick tick,
                         Slot end,
                         std::vector<std::uint8_t>& out) {
    ByteWriter writer(out);
    const ScopedTicks& references = header.references;
    const bool tells_from = header.from != Slot{};
    const bool tells_to = header.to != end;
    auto bits = static_cast<unsigned>(header.lag_class);
    if (header.tells_all) bits |= tells_all_bit;
    if (tells_from) bits |= from_bit;
    if (tells_to) bits |= to_bit;
    if (header.lists_references) bits |= lists_bit;
    if (header.is_everything) bits |= everything_bit;
    writer.write(static_cast<std::uint8_t>(references.count > 0 ? tick - references.ticks[0] : 0));
    writer.write(static_cast<std::uint8_t>(bits));
    if (references.count > 0 && header.lists_references) write_list(writer, references);
    if (references.count > 0 && !header.lists_references)
        writer.write(static_cast<std::uint16_t>(lateness_of(chosen(references))));
    if (tells_from) write_slot(writer, header.from);
    if (tells_to) write_slot(writer, header.to);
}

std::optional<ScopedHeader> read_scoped_header(ByteReader& reader, Tick tick, Slot end) {
    const auto lag = reader.read<std::uint8_t>();
    const auto bits = reader.read<std::uint8_t>();
    ScopedHeader header;
    header.to = end;
    header.lag_class = bits & class_bits;
    header.tells_all = (bits & tells_all_bit) != 0;
    header.lists_references = (bits & lists_bit) != 0;
    header.is_everything = (bits & everything_bit) != 0;
    if (header.is_everything && !header.tells_all) return std::nullopt;
    if (!reader.ok() || header.lag_class >= lag_classes) return std::nullopt;
    if (lag > 0) {
        const auto references = read_references(reader, header.lists_references, tick - lag);
        if (!references) return std::nullopt;
        header.references = *references;
    }
    if ((bits & from_bit) != 0) header.from = read_slot(reader);
    if ((bits & to_bit) != 0) header.to = read_slot(reader);
    if (!reader.ok() || header.from >= header.to || header.to > end) return std::nullopt;
    if (header.from.index > max_slots || header.to.index > max_slots) return std::nullopt;
    return header;
}

} // namespace engine_net
