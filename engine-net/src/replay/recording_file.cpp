#include "replay/recording_file.hpp"

#include <engine_net/limits.hpp>

#include <array>
#include <optional>
#include <utility>

namespace engine_net {

namespace {

Unexpected<RecordingError> error(std::string text) {
    return Unexpected(RecordingError{std::move(text)});
}

std::string other_version(const char* of, std::uint32_t theirs, std::uint32_t ours) {
    std::string text = "it has version ";
    text.append(std::to_string(theirs)).append(of).append(", this program reads version ");
    return text.append(std::to_string(ours));
}

} // namespace

Result<RecordingFile, RecordingError> RecordingFile::open(std::vector<std::uint8_t> bytes) {
    return open(std::make_unique<RecordingInMemory>(std::move(bytes)));
}

Result<RecordingFile, RecordingError> RecordingFile::open_file(const std::string& path) {
    auto bytes = RecordingOnDisk::open(path);
    return bytes ? open(std::move(*bytes)) : error(bytes.error());
}

Result<RecordingFile, RecordingError> RecordingFile::open(std::unique_ptr<RecordingBytes> bytes) {
    std::array<std::uint8_t, recording_begin_bytes> begin{};
    const auto version = bytes->read(0, begin) ? read_recording_begin(begin) : std::nullopt;
    if (!version) return error("it is no recording");
    if (*version < oldest_recording_version || *version > recording_version)
        return error(other_version(" of the file format", *version, recording_version));

    RecordingFile file;
    file.bytes_ = std::move(bytes);
    BlockReader blocks(*file.bytes_, recording_begin_bytes);
    const auto block = blocks.next();
    if (!block || block->kind != BlockKind::header) return error("its header is damaged");
    file.first_block_ = blocks.offset();
    auto header = read_header(block->payload);
    if (!header) return error("its header is malformed");
    if (header->protocol != protocol_version)
        return error(other_version(" of the protocol", header->protocol, protocol_version));
    file.header_ = std::move(*header);
    auto schema = ReplicatedSchema::load({file.header_.schema, file.header_.prior});
    if (!schema) return error("its schema can't be used: " + schema.error().text);
    file.schema_ = std::make_unique<ReplicatedSchema>(std::move(*schema));
    file.has_index_ = file.find_index();
    if (!file.has_index_) file.scan();
    return file;
}

bool RecordingFile::find_index() {
    std::array<std::uint8_t, recording_trailer_bytes> trailer{};
    if (size() < trailer.size() || !bytes_->read(size() - trailer.size(), trailer)) return false;
    const auto offset = read_trailer(trailer);
    if (!offset) return false;
    BlockReader blocks(*bytes_, *offset);
    const auto block = blocks.next();
    if (!block || block->kind != BlockKind::index) return false;
    auto index = read_index(block->payload);
    if (!index) return false;
    const auto& entries = index->entries;
    const bool is_within = entries.empty() || (entries.front().offset >= first_block_ &&
                                               entries.back().offset < *offset);
    if (is_within) index_ = std::move(*index);
    return is_within;
}

void RecordingFile::scan() {
    BlockReader reader = blocks();
    for (std::uint64_t offset = reader.offset(); const auto block = reader.next();
         offset = reader.offset()) {
        if (block->kind == BlockKind::index) return;
        if (block->kind != BlockKind::keyframe && block->kind != BlockKind::frame) continue;
        auto& entries = index_.entries;
        if (!entries.empty() && block->tick <= index_.last_tick) return;
        if (block->kind == BlockKind::keyframe) entries.push_back({block->tick, offset});
        if (!entries.empty()) index_.last_tick = block->tick;
    }
}

} // namespace engine_net
