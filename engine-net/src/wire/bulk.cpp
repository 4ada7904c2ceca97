#include "wire/bulk.hpp"

namespace engine_net::wire {

namespace {

/// Whether a run of a whole's bytes, at most `most` of them, is one that a sender would cut.
bool is_run(Bytes run, std::size_t offset, std::size_t whole, std::size_t most) {
    return !run.empty() && run.size() <= most && offset < whole && run.size() <= whole - offset;
}

} // namespace

BulkKind bulk_kind_of(Bytes message) {
    const bool is_known = !message.empty() && message[0] <= static_cast<unsigned>(BulkKind::MAX);
    return is_known ? static_cast<BulkKind>(message[0]) : BulkKind::none;
}

std::optional<StatePiece> decode_state_piece(Bytes message) {
    ByteReader reader(message);
    const auto header = reader.read<StatePieceHeader>();
    const Bytes run = reader.rest();
    const bool is_state =
        header.kind() == BulkKind::room_state || header.kind() == BulkKind::own_state;
    if (!reader.ok() || !is_state || header.presence() == 0) return std::nullopt;
    if (header.bytes() > max_state_bytes ||
        !is_run(run, header.offset(), header.bytes(), max_state_run_bytes))
        return std::nullopt;
    return StatePiece{header, run};
}

std::optional<SchemaPiece> decode_schema_piece(Bytes message) {
    ByteReader reader(message);
    const auto header = reader.read<SchemaPieceHeader>();
    const Bytes run = reader.rest();
    if (!reader.ok() || header.kind() != BulkKind::schema) return std::nullopt;
    if (header.schema_bytes() > max_schema_bytes || header.prior_bytes() > max_prior_bytes)
        return std::nullopt;
    const std::size_t whole = std::size_t{header.schema_bytes()} + header.prior_bytes();
    const bool is_nothing = whole == 0 && header.offset() == 0 && run.empty();
    if (!is_nothing && !is_run(run, header.offset(), whole, max_schema_run_bytes))
        return std::nullopt;
    return SchemaPiece{header, run};
}

PingLine Pings::line_at(std::size_t index) const {
    return ByteReader(lines.subspan(index * sizeof(PingLine))).read<PingLine>();
}

std::optional<Pings> decode_pings(Bytes message) {
    ByteReader reader(message);
    const auto header = reader.read<PingsHeader>();
    if (!reader.ok() || header.kind() != BulkKind::pings || header.presence() == 0 ||
        reader.rest().size() % sizeof(PingLine) != 0)
        return std::nullopt;
    return Pings{PresenceId{header.presence()}, reader.rest()};
}

void encode_pings(PresenceId to, std::span<const PingLine> lines, std::vector<std::uint8_t>& out) {
    ByteWriter writer(out);
    writer.write(PingsHeader(BulkKind::pings, to.value));
    for (const PingLine& line : lines) writer.write(line);
}

void encode_state_piece(const StatePiece& piece, std::vector<std::uint8_t>& out) {
    ByteWriter writer(out);
    writer.write(piece.header);
    writer.write_bytes(piece.run);
}

void encode_schema_piece(const SchemaPiece& piece, std::vector<std::uint8_t>& out) {
    ByteWriter writer(out);
    writer.write(piece.header);
    writer.write_bytes(piece.run);
}

} // namespace engine_net::wire
