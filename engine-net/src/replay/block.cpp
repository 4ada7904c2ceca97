#include "replay/block.hpp"

#include "core/fnv.hpp"

namespace engine_net {

namespace {

constexpr std::uint32_t begin_magic = 0x50524E45;   // "ENRP"
constexpr std::uint32_t trailer_magic = 0x58524E45; // "ENRX"
constexpr std::size_t head_bytes = 9;
constexpr std::size_t check_bytes = 4;
constexpr std::size_t trailer_bytes = 16;

} // namespace

void append_recording_begin(std::vector<std::uint8_t>& out) {
    ByteWriter writer(out);
    writer.write(begin_magic);
    writer.write(recording_version);
}

std::optional<std::uint32_t> read_recording_begin(Bytes file) {
    ByteReader reader(file);
    const auto magic = reader.read<std::uint32_t>();
    const auto version = reader.read<std::uint32_t>();
    if (!reader.ok() || magic != begin_magic) return std::nullopt;
    return version;
}

void append_block(BlockKind kind, Tick tick, Bytes payload, std::vector<std::uint8_t>& out) {
    const std::size_t begin = out.size();
    ByteWriter writer(out);
    writer.write(static_cast<std::uint32_t>(payload.size()));
    writer.write(kind);
    writer.write(tick.value);
    writer.write_bytes(payload);
    writer.write(fnv1a(Bytes(out).subspan(begin)));
}

void append_trailer(std::uint64_t index_offset, std::vector<std::uint8_t>& out) {
    const std::size_t begin = out.size();
    ByteWriter writer(out);
    writer.write(index_offset);
    writer.write(trailer_magic);
    writer.write(fnv1a(Bytes(out).subspan(begin)));
}

std::optional<std::uint64_t> read_trailer(Bytes file) {
    if (file.size() < trailer_bytes) return std::nullopt;
    const Bytes trailer = file.last(trailer_bytes);
    ByteReader reader(trailer);
    const auto offset = reader.read<std::uint64_t>();
    const auto magic = reader.read<std::uint32_t>();
    const auto check = reader.read<std::uint32_t>();
    if (magic != trailer_magic || check != fnv1a(trailer.first(trailer_bytes - check_bytes)))
        return std::nullopt;
    return offset;
}

std::optional<Block> BlockReader::peek() const {
    if (is_at_end()) return std::nullopt;
    const Bytes rest = file_.subspan(offset_);
    ByteReader reader(rest);
    const auto bytes = reader.read<std::uint32_t>();
    const auto kind = reader.read<std::uint8_t>();
    const Tick tick{reader.read<std::uint32_t>()};
    if (!reader.ok() || bytes > max_block_bytes) return std::nullopt;
    const Bytes payload = reader.read_bytes(bytes);
    const auto check = reader.read<std::uint32_t>();
    const bool is_sound = reader.ok() && kind >= static_cast<std::uint8_t>(BlockKind::header) &&
                          kind <= static_cast<std::uint8_t>(BlockKind::index) &&
                          check == fnv1a(rest.first(head_bytes + bytes));
    if (!is_sound) return std::nullopt;
    return Block{static_cast<BlockKind>(kind), tick, payload};
}

std::optional<Block> BlockReader::next() {
    const auto block = peek();
    if (block) offset_ += head_bytes + block->payload.size() + check_bytes;
    return block;
}

} // namespace engine_net
