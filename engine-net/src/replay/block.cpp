#include "replay/block.hpp"

#include "core/fnv.hpp"

#include <span>
#include <utility>

namespace engine_net {

namespace {

constexpr std::uint32_t begin_magic = 0x50524E45;   // "ENRP"
constexpr std::uint32_t trailer_magic = 0x58524E45; // "ENRX"
constexpr std::size_t head_bytes = 9;
constexpr std::size_t check_bytes = 4;

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

std::optional<std::uint64_t> read_trailer(Bytes last_bytes) {
    if (last_bytes.size() < recording_trailer_bytes) return std::nullopt;
    const Bytes trailer = last_bytes.last(recording_trailer_bytes);
    ByteReader reader(trailer);
    const auto offset = reader.read<std::uint64_t>();
    const auto magic = reader.read<std::uint32_t>();
    const auto check = reader.read<std::uint32_t>();
    if (magic != trailer_magic || check != fnv1a(trailer.first(trailer.size() - check_bytes)))
        return std::nullopt;
    return offset;
}

const std::optional<Block>& BlockReader::peek() {
    if (!std::exchange(is_read_, true)) block_ = read();
    return block_;
}

std::optional<Block> BlockReader::next() {
    std::optional<Block> block = peek();
    if (block) {
        offset_ += head_bytes + block->payload.size() + check_bytes;
        is_read_ = false;
    }
    return block;
}

std::optional<Block> BlockReader::read() {
    bytes_.resize(head_bytes);
    if (!file_->read(offset_, bytes_)) return std::nullopt;
    ByteReader head(bytes_);
    const auto bytes = head.read<std::uint32_t>();
    const auto kind = head.read<std::uint8_t>();
    const Tick tick{head.read<std::uint32_t>()};
    if (bytes > max_block_bytes || bytes > file_->size() - offset_) return std::nullopt;
    bytes_.resize(head_bytes + bytes + check_bytes);
    if (!file_->read(offset_ + head_bytes, std::span(bytes_).subspan(head_bytes)))
        return std::nullopt;
    const Bytes whole(bytes_);
    const auto check = ByteReader(whole.last(check_bytes)).read<std::uint32_t>();
    const bool is_sound = kind >= static_cast<std::uint8_t>(BlockKind::header) &&
                          kind <= static_cast<std::uint8_t>(BlockKind::client_event) &&
                          check == fnv1a(whole.first(head_bytes + bytes));
    if (!is_sound) return std::nullopt;
    return Block{static_cast<BlockKind>(kind), tick, whole.subspan(head_bytes, bytes)};
}

} // namespace engine_net
