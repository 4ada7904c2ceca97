#include "replication/coded_section.hpp"

#include "core/assert.hpp"

namespace engine_net {

namespace {

constexpr unsigned absent = 3;
constexpr unsigned from_bit = 1u << 10;
constexpr unsigned to_bit = 1u << 11;
constexpr unsigned has_gaps_bit = 1u << 12;
constexpr unsigned unused_bits = 0xE000;

} // namespace

unsigned lateness_of(const ReferenceTicks& references) {
    unsigned bits = 0;
    std::size_t next = 1;
    for (std::size_t i = 1; i < max_references; ++i) {
        unsigned late = absent;
        if (next < references.count) {
            const int above = references.ticks[0] - references.ticks[next] - wanted_ages[i];
            if (above >= 0 && above <= most_late) {
                late = static_cast<unsigned>(above);
                ++next;
            }
        }
        bits |= late << (2 * (i - 1));
    }
    ENGINE_NET_ASSERT(next == references.count);
    return bits;
}

std::optional<ReferenceTicks> read_lateness(unsigned bits, Tick baseline) {
    ReferenceTicks references;
    references.ticks[references.count++] = baseline;
    for (std::size_t i = 1; i < max_references; ++i) {
        const unsigned late = bits >> (2 * (i - 1)) & 3;
        if (late == absent) continue;
        const Tick older = baseline - (wanted_ages[i] + static_cast<int>(late));
        if (older >= references.ticks[references.count - 1]) return std::nullopt;
        references.ticks[references.count++] = older;
    }
    return references;
}

void write_slot(ByteWriter& writer, Slot slot) {
    writer.write(static_cast<std::uint8_t>(slot.type));
    writer.write(slot.index);
}

Slot read_slot(ByteReader& reader) {
    const auto type = reader.read<std::uint8_t>();
    return {type, reader.read<std::uint16_t>()};
}

void write_coded_header(const CodedHeader& header,
                        Tick tick,
                        Slot end,
                        std::vector<std::uint8_t>& out) {
    ByteWriter writer(out);
    const bool tells_from = header.from != Slot{};
    const bool tells_to = header.to != end;
    unsigned bits = lateness_of(header.references);
    if (tells_from) bits |= from_bit;
    if (tells_to) bits |= to_bit;
    if (header.references.has_gaps) bits |= has_gaps_bit;
    writer.write(static_cast<std::uint8_t>(tick - header.references.ticks[0]));
    writer.write(static_cast<std::uint16_t>(bits));
    if (tells_from) write_slot(writer, header.from);
    if (tells_to) write_slot(writer, header.to);
}

std::optional<CodedHeader> read_coded_header(ByteReader& reader, Tick tick, Slot end) {
    const auto lag = reader.read<std::uint8_t>();
    const auto bits = reader.read<std::uint16_t>();
    CodedHeader header{{}, {}, end};
    if ((bits & from_bit) != 0) header.from = read_slot(reader);
    if ((bits & to_bit) != 0) header.to = read_slot(reader);
    if (!reader.ok() || lag == 0 || (bits & unused_bits) != 0) return std::nullopt;
    if (header.from >= header.to || header.to > end) return std::nullopt;
    if (header.from.index > max_slots || header.to.index > max_slots) return std::nullopt;

    const auto references = read_lateness(bits, tick - lag);
    if (!references) return std::nullopt;
    header.references = *references;
    header.references.has_gaps = (bits & has_gaps_bit) != 0;
    return header;
}

} // namespace engine_net
