#include "replay/room_recording.hpp"

#include "replication/state_hash.hpp"

#include <algorithm>
#include <utility>

namespace engine_net {

namespace {

constexpr std::int32_t keyframe_seconds = 2;

/// Every second keyframe; the first one stays.
void thin_out(std::vector<IndexEntry>& entries) {
    for (std::size_t i = 0; 2 * i < entries.size(); ++i) entries[i] = entries[2 * i];
    entries.resize((entries.size() + 1) / 2);
}

} // namespace

RoomRecording::RoomRecording(const RecordingHeader& header,
                             const ReplicatedSchema& schema,
                             SnapshotCodec& codec,
                             std::shared_ptr<RecordingQueue> queue)
    : ticks_per_second_(header.ticks_per_second)
    , schema_(schema)
    , encoder_(schema, codec)
    , queue_(std::move(queue)) {
    append_header(header, payload_);
    append_recording_begin(blocks_);
    append_block(BlockKind::header, {}, payload_, blocks_);
    if (queue_->push(blocks_)) written_ = blocks_.size();
    blocks_.clear();
}

RoomRecording::~RoomRecording() {
    if (!has_gap_ && queue_->push(blocks_)) written_ += blocks_.size();
    blocks_.clear();
    payload_.clear();
    append_index(index_, payload_);
    append_block(BlockKind::index, index_.last_tick, payload_, blocks_);
    append_trailer(written_, blocks_);
    static_cast<void>(queue_->push(blocks_)); // without it the recording is read from its begin
    queue_->close();
}

void RoomRecording::join(const RoomMember& member) {
    people_[member.id] = member;
    have_people_changed_ = true;
}

void RoomRecording::leave(PresenceId who) {
    people_.erase(who);
    have_people_changed_ = true;
    add_input(who, {});
}

void RoomRecording::add_input(PresenceId who, Bytes input) {
    const auto known = inputs_.find(who);
    const Bytes last = known == inputs_.end() ? Bytes{} : Bytes(known->second);
    if (std::equal(input.begin(), input.end(), last.begin(), last.end())) return;
    changed_inputs_[who].assign(input.begin(), input.end());
    if (input.empty()) {
        inputs_.erase(known);
    } else {
        inputs_[who].assign(input.begin(), input.end());
    }
}

void RoomRecording::add_event(Tick tick, Bytes event) {
    if (!has_gap_) add(BlockKind::event, tick, event);
}

void RoomRecording::add_private_event(Tick tick, std::span<const PresenceId> to, Bytes event) {
    if (has_gap_) return;
    payload_.clear();
    append_private_event(to, event, payload_);
    add(BlockKind::private_event, tick, payload_);
}

void RoomRecording::add_client_event(Tick tick, PresenceId from, Bytes event) {
    if (has_gap_) return;
    payload_.clear();
    append_private_event({&from, 1}, event, payload_);
    add(BlockKind::client_event, tick, payload_);
}

void RoomRecording::add_chat(Tick tick, std::string_view name, std::string_view text) {
    if (has_gap_) return;
    payload_.clear();
    append_chat(name, text, payload_);
    add(BlockKind::chat, tick, payload_);
}

void RoomRecording::add_frame(const Frame& frame, Bytes state, std::uint32_t version) {
    if (has_gap_) add(BlockKind::gap, frame.tick, {});
    const bool is_due =
        !keyframe_ ||
        frame.tick - *keyframe_ >= keyframe_seconds * static_cast<std::int32_t>(ticks_per_second_);
    const std::size_t frame_at = blocks_.size();
    payload_.clear();
    const auto outcome = encoder_.encode(frame, is_due, nullptr, payload_);
    if (outcome == FeedEncoder::Outcome::too_large) return drop_tick();

    const bool is_keyframe = outcome == FeedEncoder::Outcome::keyframe;
    add(is_keyframe ? BlockKind::keyframe : BlockKind::frame, frame.tick, payload_);
    if (is_keyframe || have_people_changed_) add_people(frame.tick);
    if (version != 0 && (is_keyframe || version != state_version_))
        add(BlockKind::state, frame.tick, state);
    add_inputs(frame.tick, is_keyframe);
    add_hash(frame);

    if (!queue_->push(blocks_)) return drop_tick();
    if (is_keyframe) {
        keyframe_ = frame.tick;
        if (index_.entries.size() == max_index_entries) thin_out(index_.entries);
        index_.entries.push_back({frame.tick, written_ + frame_at});
    }
    written_ += blocks_.size();
    blocks_.clear();
    index_.last_tick = frame.tick;
    state_version_ = version;
    have_people_changed_ = false;
    changed_inputs_.clear();
    has_gap_ = false;
}

void RoomRecording::add(BlockKind kind, Tick tick, Bytes payload) {
    append_block(kind, tick, payload, blocks_);
}

void RoomRecording::add_people(Tick tick) {
    payload_.clear();
    append_people(people_, payload_);
    add(BlockKind::people, tick, payload_);
}

void RoomRecording::add_inputs(Tick tick, bool as_keyframe) {
    const Inputs& told = as_keyframe ? inputs_ : changed_inputs_;
    if (told.empty()) return;
    payload_.clear();
    append_inputs(told, payload_);
    add(BlockKind::inputs, tick, payload_);
}

void RoomRecording::add_hash(const Frame& frame) {
    if (hashed_ && frame.tick - *hashed_ < static_cast<std::int32_t>(ticks_per_second_)) return;
    hashed_ = frame.tick;
    payload_.clear();
    ByteWriter(payload_).write(hash_shared(schema_.types(), frame));
    add(BlockKind::hash, frame.tick, payload_);
}

/// The tick, and what came since the one before.
void RoomRecording::drop_tick() {
    blocks_.clear();
    encoder_.restart();
    keyframe_.reset();
    hashed_.reset();
    has_gap_ = true;
    ++dropped_ticks_;
    ++index_.dropped_ticks;
}

} // namespace engine_net
