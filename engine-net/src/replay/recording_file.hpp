#pragma once

#include "core/bytes.hpp"
#include "replay/block.hpp"
#include "replay/block_payloads.hpp"
#include "replay/recording_bytes.hpp"
#include "replication/replicated_schema.hpp"

#include <engine_net/result.hpp>
#include <engine_net/tick.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace engine_net {

/// What is wrong with a recording, in one sentence for a person.
struct RecordingError {
    std::string text;
};

/// A recording that can be played. Keep it where it is while something made from it lives.
class RecordingFile {
public:
    /// The bytes may be anything. Without an index that serves, what is sound of it is read once,
    /// and ends before the first damage; without a sound header there is none.
    static Result<RecordingFile, RecordingError> open(std::unique_ptr<RecordingBytes> bytes);
    static Result<RecordingFile, RecordingError> open(std::vector<std::uint8_t> bytes);
    static Result<RecordingFile, RecordingError> open_file(const std::string& path);

    [[nodiscard]] const RecordingHeader& header() const { return header_; }
    /// Of the header's bytes.
    [[nodiscard]] const ReplicatedSchema& schema() const { return *schema_; }
    /// Where playing can begin.
    [[nodiscard]] const std::vector<IndexEntry>& entries() const { return index_.entries; }
    [[nodiscard]] Tick last_tick() const { return index_.last_tick; }
    /// Ticks that were left out, as its index says; without one this is not known.
    [[nodiscard]] std::uint32_t dropped_ticks() const { return index_.dropped_ticks; }
    /// False: its end is missing, as after a crash.
    [[nodiscard]] bool has_index() const { return has_index_; }
    [[nodiscard]] std::uint64_t size() const { return bytes_->size(); }
    /// Of the blocks after the header.
    [[nodiscard]] BlockReader blocks() const { return {*bytes_, first_block_}; }
    [[nodiscard]] BlockReader blocks_from(const IndexEntry& entry) const {
        return {*bytes_, entry.offset};
    }

private:
    RecordingFile() = default;
    bool find_index();
    void scan();

    std::unique_ptr<RecordingBytes> bytes_;
    RecordingHeader header_;
    std::unique_ptr<ReplicatedSchema> schema_;
    std::uint64_t first_block_ = 0;
    RecordingIndex index_;
    bool has_index_ = false;
};

} // namespace engine_net
