#include "replication/snapshot_encoder.hpp"

#include "replication/ack_window.hpp"
#include "replication/sections.hpp"
#include "replication/state_hash.hpp"

#include <algorithm>
#include <array>

namespace engine_net {

namespace {

/// Leaves some of a tick's parts to private sections.
constexpr std::size_t max_shared_parts = max_parts / 2;

} // namespace

SnapshotEncoder::SnapshotEncoder(const History& history, SnapshotCodec* codec)
    : history_(history), codec_(codec) {
    if (codec) scoped_.emplace(history, *codec);
}

std::span<const SharedSection> SnapshotEncoder::shared_sections(Tick tick) {
    if (has_sections_ && sections_tick_ == tick) return sections_.sections();
    sections_.clear();
    has_sections_ = false;
    if (const Frame* frame = history_.find(tick)) {
        encode(*frame);
        sections_tick_ = tick;
        has_sections_ = true;
    }
    return sections_.sections();
}

void SnapshotEncoder::encode(const Frame& frame) {
    const auto types = history_.schema().types();
    plan_sections(types, frame, cuts_);
    const Slot end{static_cast<std::uint16_t>(types.size()), 0};
    for (std::size_t i = 0; i < cuts_.size(); ++i) {
        const Slot to = i + 1 < cuts_.size() ? cuts_[i + 1] : end;
        encode_shared(types, frame, cuts_[i], to, sections_.bytes());
        sections_.end_section(cuts_[i], to);
    }
}

std::span<const SharedSection> SnapshotEncoder::coded_sections(
    Tick tick, const ReferenceTicks& references, const ReferenceCoverages& coverages) {
    if (codings_tick_ != tick) codings_used_ = 0;
    codings_tick_ = tick;
    for (std::size_t i = 0; i < codings_used_; ++i) {
        if (codings_[i].references != references || codings_[i].coverages != coverages) continue;
        ++shared_count_;
        return codings_[i].sections.sections();
    }
    const Frame* frame = history_.find(tick);
    if (!codec_ || !frame || references.count == 0) return {};
    if (codings_used_ == codings_.size()) codings_.emplace_back();
    Coding& coding = codings_[codings_used_++];
    coding.references = references;
    coding.coverages = coverages;
    ++coded_count_;
    if (!code(*frame, coding)) coding.sections.clear();
    return coding.sections.sections();
}

/// All slots, in as many sections as it takes.
bool SnapshotEncoder::code(const Frame& frame, Coding& coding) {
    coding.sections.clear();
    const auto references = references_of(coding.references, coding.coverages, frame.tick);
    if (!references) return false;

    const Slot end{static_cast<std::uint16_t>(history_.schema().types().size()), 0};
    constexpr std::size_t room = max_sections_bytes - max_coded_header_bytes;
    std::array<std::uint8_t, room> body{};
    for (Slot from{}; from < end;) {
        const SnapshotCodec::Coded coded =
            codec_->encode_shared(*references, frame, {from, end, true}, body);
        if (coded.to == from || coding.sections.count() == max_shared_parts) return false;
        auto& bytes = coding.sections.bytes();
        write_coded_header({coding.references, from, coded.to}, frame.tick, end, bytes);
        bytes.insert(
            bytes.end(), body.begin(), body.begin() + static_cast<std::ptrdiff_t>(coded.bytes));
        coding.sections.end_section(from, coded.to);
        from = coded.to;
    }
    return true;
}

std::optional<References> SnapshotEncoder::references_of(const ReferenceTicks& ticks,
                                                         const ReferenceCoverages& coverages,
                                                         Tick tick) const {
    auto references = ticks.with_frames(tick, [&](Tick older) {
        return history_.find(older);
    });
    for (std::size_t i = 0; references && i < references->count; ++i) {
        if (coverages[i]) references->coverages[i] = &*coverages[i];
    }
    return references;
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
