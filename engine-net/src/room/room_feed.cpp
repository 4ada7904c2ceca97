#include "room/room_feed.hpp"

#include <utility>

namespace engine_net {

RoomFeed::RoomFeed(Settings settings, const ReplicatedSchema& schema, SnapshotCodec& codec)
    : settings_(std::move(settings)), encoder_(schema, codec) {}

void RoomFeed::want(bool wanted) {
    if (!settings_.is_public) return;
    if (std::exchange(is_wanted_, wanted) != wanted && !has_delay()) restart();
}

void RoomFeed::restart() {
    encoder_.restart();
    last_keyframe_.reset();
    told_version_ = 0;
}

void RoomFeed::add_frame(const Frame& frame,
                         std::uint32_t ticks,
                         Bytes state,
                         std::uint32_t version) {
    if (!is_kept()) return;
    const bool is_due = settings_.frames_per_second >= settings_.tick_rate || !last_keyframe_ ||
                        frame_number(frame.tick.value) != frame_number(frame.tick.value - ticks);
    if (!is_due) return;
    if (!has_room()) {
        ++left_out_;
        return restart();
    }
    if (version != told_version_) {
        told_version_ = version;
        add(wire::FeedKind::state, frame.tick, state);
    }
    const bool as_keyframe =
        !last_keyframe_ ||
        frame.tick - *last_keyframe_ >= static_cast<std::int32_t>(settings_.keyframe_ticks);
    frame_.clear();
    switch (encoder_.encode(frame, as_keyframe, settings_.is_hidden, frame_)) {
    case FeedEncoder::Outcome::keyframe:
        last_keyframe_ = frame.tick;
        return add(wire::FeedKind::keyframe, frame.tick, frame_);
    case FeedEncoder::Outcome::frame: return add(wire::FeedKind::frame, frame.tick, frame_);
    case FeedEncoder::Outcome::too_large:
        last_keyframe_.reset();
        ++left_out_;
        return;
    }
}

void RoomFeed::add_event(Tick tick, Bytes event) {
    if (!is_kept() || !last_keyframe_) return;
    if (!has_room()) {
        ++left_out_;
        return;
    }
    add(wire::FeedKind::event, tick, event);
}

void RoomFeed::end(Tick tick, std::string_view reason) {
    const auto* text = reinterpret_cast<const std::uint8_t*>(reason.data());
    add(wire::FeedKind::end, tick, {text, reason.size()});
}

void RoomFeed::add(wire::FeedKind kind, Tick tick, Bytes payload) {
    auto message = std::make_shared<std::vector<std::uint8_t>>();
    message->reserve(wire::feed_header_bytes + payload.size());
    wire::write_feed_header({kind, settings_.room, tick}, *message);
    message->insert(message->end(), payload.begin(), payload.end());
    waiting_bytes_ += message->size();
    waiting_.push_back({kind, tick, std::move(message)});
}

void RoomFeed::move_due() {
    waiting_bytes_ -= waiting_.front().message->size();
    if (has_delay()) remember(waiting_.front());
    if (is_wanted_) due_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
}

void RoomFeed::remember(const Piece& piece) {
    if (piece.kind == wire::FeedKind::state) {
        due_state_ = piece;
        return;
    }
    if (piece.kind == wire::FeedKind::keyframe) due_since_keyframe_.clear();
    due_since_keyframe_.push_back(piece);
}

std::vector<RoomFeed::Piece> RoomFeed::catch_up() const {
    std::vector<Piece> pieces;
    if (due_state_) pieces.push_back(*due_state_);
    pieces.insert(pieces.end(), due_since_keyframe_.begin(), due_since_keyframe_.end());
    return pieces;
}

} // namespace engine_net
