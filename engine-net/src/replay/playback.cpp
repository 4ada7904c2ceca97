#include "replay/playback.hpp"

#include "replication/state_hash.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace engine_net {

Playback::Playback(const RecordingFile& file)
    : file_(file)
    , codec_(file.schema().types(), file.header().ticks_per_second, file.schema().priors())
    , decoder_(file.schema(), codec_)
    , blocks_(file.blocks()) {}

Playback::Outcome Playback::step() {
    frame_ = nullptr;
    events_.clear();
    private_events_.clear();
    chat_.clear();
    has_gap_ = false;
    is_as_hashed_.reset();
    while (!frame_) {
        const auto& next = blocks_.peek();
        if (!next && blocks_.is_at_end()) return Outcome::end;
        if (!next) return damage("a block is damaged");
        if (next->kind == BlockKind::index) return Outcome::end;
        if (tick_ && next->tick < *tick_) return damage("a block goes back in time");
        if (!read_tick()) return damage("a block is malformed");
    }
    return Outcome::frame;
}

Playback::Outcome Playback::seek(Tick tick) {
    const auto& entries = file_.entries();
    if (entries.empty()) return Outcome::end;
    const auto after =
        std::ranges::upper_bound(entries, tick, std::ranges::less{}, &IndexEntry::tick);
    const IndexEntry& entry = after == entries.begin() ? entries.front() : *std::prev(after);
    const bool goes_on = frame_ && frame_->tick >= entry.tick && frame_->tick <= tick;
    if (!goes_on) {
        begin_at(entry);
        const auto& first = blocks_.peek();
        if (!first || first->kind != BlockKind::keyframe || first->tick != entry.tick)
            return damage("a keyframe is damaged");
        if (const Outcome outcome = step(); outcome != Outcome::frame) return outcome;
    }
    while (is_next_by(tick)) {
        if (const Outcome outcome = step(); outcome != Outcome::frame) return outcome;
    }
    return Outcome::frame;
}

/// There is more of `tick`, or before it.
bool Playback::is_next_by(Tick tick) {
    const auto& next = blocks_.peek();
    return next && next->kind != BlockKind::index && next->tick <= tick;
}

void Playback::begin_at(const IndexEntry& entry) {
    blocks_ = file_.blocks_from(entry);
    decoder_.restart();
    tick_.reset();
    problem_.clear();
}

/// All blocks of the next tick. False: the one that is next then is of no use.
bool Playback::read_tick() {
    tick_ = blocks_.peek()->tick;
    while (is_next_by(*tick_) && blocks_.peek()->tick == *tick_) {
        if (!take(*blocks_.peek())) return false;
        blocks_.next();
    }
    return true;
}

bool Playback::take(const Block& block) {
    switch (block.kind) {
    case BlockKind::keyframe:
    case BlockKind::frame: return take_frame(block);
    case BlockKind::people:
        if (auto people = read_people(block.payload)) {
            people_ = std::move(*people);
            return true;
        }
        return false;
    case BlockKind::state: state_.assign(block.payload.begin(), block.payload.end()); return true;
    case BlockKind::inputs: return read_inputs(block.payload, inputs_);
    case BlockKind::hash: return take_hash(block);
    case BlockKind::event:
        events_.emplace_back(block.payload.begin(), block.payload.end());
        return true;
    case BlockKind::private_event:
    case BlockKind::client_event: return take_private_event(block);
    case BlockKind::chat:
        if (auto line = read_chat(block.payload)) {
            chat_.push_back(std::move(*line));
            return true;
        }
        return false;
    case BlockKind::gap: has_gap_ = true; return true;
    case BlockKind::header:
    case BlockKind::index: return false;
    }
    return false;
}

bool Playback::take_frame(const Block& block) {
    if (frame_) return false;
    if (block.kind == BlockKind::keyframe) {
        decoder_.restart();
        people_.clear();
        state_.clear();
        inputs_.clear();
    }
    frame_ = decoder_.decode(block.tick, block.payload);
    return frame_ != nullptr;
}

bool Playback::take_private_event(const Block& block) {
    auto event = read_private_event(block.payload);
    if (!event) return false;
    event->is_from_client = block.kind == BlockKind::client_event;
    private_events_.push_back(std::move(*event));
    return true;
}

bool Playback::take_hash(const Block& block) {
    ByteReader reader(block.payload);
    const auto hash = reader.read<std::uint64_t>();
    if (!reader.finished() || !frame_) return false;
    is_as_hashed_ = hash == hash_shared(file_.schema().types(), *frame_);
    return true;
}

Playback::Outcome Playback::damage(const std::string& what) {
    frame_ = nullptr;
    problem_ = what;
    problem_.append(" at byte ").append(std::to_string(blocks_.offset()));
    if (tick_) problem_.append(", after tick ").append(std::to_string(tick_->value));
    return Outcome::damaged;
}

} // namespace engine_net
