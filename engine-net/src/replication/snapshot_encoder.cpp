#include "replication/snapshot_encoder.hpp"

#include "replication/sections.hpp"
#include "replication/state_hash.hpp"

namespace engine_net {

SnapshotEncoder::SnapshotEncoder(const History& history) : history_(history) {}

std::span<const Bytes> SnapshotEncoder::shared_sections(Tick tick) {
    if (has_sections_ && sections_tick_ == tick) return sections_;
    sections_.clear();
    has_sections_ = false;
    if (const Frame* frame = history_.find(tick)) {
        encode(*frame);
        sections_tick_ = tick;
        has_sections_ = true;
    }
    return sections_;
}

void SnapshotEncoder::encode(const Frame& frame) {
    const auto types = history_.schema().types();
    plan_sections(types, frame, cuts_);
    const Slot end{static_cast<std::uint16_t>(types.size()), 0};

    // Spans only once all bytes are in place: the vector moves them as it grows.
    bytes_.clear();
    ends_.clear();
    for (std::size_t i = 0; i < cuts_.size(); ++i) {
        encode_shared(types, frame, cuts_[i], i + 1 < cuts_.size() ? cuts_[i + 1] : end, bytes_);
        ends_.push_back(bytes_.size());
    }
    std::size_t begin = 0;
    for (const std::size_t section_end : ends_) {
        sections_.push_back(Bytes(bytes_).subspan(begin, section_end - begin));
        begin = section_end;
    }
}

std::optional<std::uint64_t> SnapshotEncoder::shared_hash(Tick tick) {
    if (hash_ && hash_tick_ == tick) return hash_;
    const Frame* frame = history_.find(tick);
    if (!frame) return std::nullopt;
    hash_ = hash_shared(history_.schema().types(), *frame);
    hash_tick_ = tick;
    return hash_;
}

} // namespace engine_net
