#include "wire/bulk.hpp"

namespace engine_net::wire {

std::optional<StatePiece> decode_state_piece(Bytes message) {
    ByteReader reader(message);
    const auto header = reader.read<StatePieceHeader>();
    const Bytes run = reader.rest();
    if (!reader.ok() || header.kind() == StateKind::none || header.kind() > StateKind::MAX)
        return std::nullopt;
    if (header.presence() == 0 || header.bytes() > max_state_bytes) return std::nullopt;
    if (run.empty() || run.size() > max_state_run_bytes) return std::nullopt;
    if (header.offset() >= header.bytes() || run.size() > header.bytes() - header.offset())
        return std::nullopt;
    return StatePiece{header, run};
}

void encode_state_piece(const StatePiece& piece, std::vector<std::uint8_t>& out) {
    ByteWriter writer(out);
    writer.write(piece.header);
    writer.write_bytes(piece.run);
}

} // namespace engine_net::wire
