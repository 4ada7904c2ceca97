#include "bridge/feed_pieces.hpp"

#include "bridge/ws_frame.hpp"

#include <algorithm>

namespace engine_net::bridge {

void FeedPieces::add(wire::FeedKind kind, Bytes message) {
    const std::uint64_t number = end();
    Piece piece{kind, make_frame(Opcode::binary, message), bytes_, frames_};
    bytes_ += piece.frame->size();
    switch (kind) {
    case wire::FeedKind::keyframe:
        ++frames_;
        oldest_keyframe_ = newest_keyframe_.value_or(number);
        newest_keyframe_ = number;
        break;
    case wire::FeedKind::frame: ++frames_; break;
    case wire::FeedKind::state:
        state_ = piece.frame;
        state_number_ = number;
        break;
    case wire::FeedKind::end: is_over_ = true; break;
    case wire::FeedKind::event: break;
    }
    pieces_.push_back(std::move(piece));
    while (oldest_keyframe_ && begin_ < *oldest_keyframe_) drop_first();
    while (pieces_.size() > 1 && bytes_from(begin_) > max_bytes) drop_first();
}

void FeedPieces::drop_first() {
    pieces_.pop_front();
    ++begin_;
    if (newest_keyframe_ && *newest_keyframe_ < begin_) newest_keyframe_.reset();
    if (oldest_keyframe_ && *oldest_keyframe_ < begin_) oldest_keyframe_ = newest_keyframe_;
}

std::uint64_t FeedPieces::bytes_from(std::uint64_t number) const {
    return number >= end() ? 0 : bytes_ - (*this)[std::max(number, begin_)].offset;
}

std::uint64_t FeedPieces::frames_before(std::uint64_t number) const {
    return number >= end() ? frames_ : (*this)[std::max(number, begin_)].frames;
}

FeedCursor::FeedCursor(const FeedPieces& chain)
    : chain_(&chain)
    , next_(chain.newest_keyframe().value_or(chain.end()))
    , frames_(chain.frames_before(next_))
    , has_begun_(chain.newest_keyframe().has_value())
    , is_lost_(!has_begun_) {}

void FeedCursor::advance() {
    ++next_;
    frames_ = chain_->frames_before(next_);
}

std::optional<FeedCursor::Skip> FeedCursor::keep_up(std::size_t max_waiting_bytes) {
    const bool is_behind = next_ < chain_->begin() ||
                           (chain_->oldest_keyframe() && next_ < *chain_->oldest_keyframe());
    if (!is_lost_ && !is_behind && chain_->bytes_from(next_) <= max_waiting_bytes) {
        return std::nullopt;
    }
    const auto keyframe = chain_->newest_keyframe();
    const bool can_go_on = keyframe && *keyframe >= next_ && (is_lost_ || *keyframe > next_) &&
                           chain_->bytes_from(*keyframe) <= max_waiting_bytes;
    if (!can_go_on) {
        is_lost_ = true;
        return std::nullopt;
    }
    const std::uint64_t frames = chain_->frames_before(*keyframe);
    Skip skip{has_begun_ ? frames - frames_ : 0};
    has_begun_ = true;
    frames_ = frames;
    if (chain_->state() && chain_->state_number() >= next_ && chain_->state_number() < *keyframe) {
        skip.state = chain_->state();
    }
    is_lost_ = false;
    next_ = *keyframe;
    return skip;
}

} // namespace engine_net::bridge
