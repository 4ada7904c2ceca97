#include "bridge/outbox.hpp"

#include <algorithm>
#include <utility>

namespace engine_net::bridge {
namespace {

iovec part_of(const std::vector<std::uint8_t>& bytes, std::size_t from) {
    // The system's type has no const; it is only read.
    return {const_cast<std::uint8_t*>(bytes.data() + from), bytes.size() - from};
}

bool is_frame(wire::FeedKind kind) {
    return kind == wire::FeedKind::keyframe || kind == wire::FeedKind::frame;
}

} // namespace

void Outbox::add(SharedBytes message) {
    if (!message || message->empty()) return;
    waiting_bytes_ += message->size();
    messages_.push_back(std::move(message));
}

void Outbox::drop() {
    messages_.clear();
    feed_.reset();
    waiting_bytes_ = begun_ && !has_begun_frame_ ? begun_->size() - begun_sent_ : 0;
}

bool Outbox::is_empty() const {
    return !begun_ && messages_.empty() && (!feed_ || feed_->waiting() == 0);
}

std::size_t Outbox::gather(std::span<iovec> parts) const {
    std::size_t count = 0;
    if (begun_) parts[count++] = part_of(*begun_, begun_sent_);
    for (const SharedBytes& message : messages_) {
        if (count == parts.size()) return count;
        parts[count++] = part_of(*message, 0);
    }
    if (!feed_) return count;
    const std::uint64_t end = feed_->next() + feed_->waiting();
    for (std::uint64_t i = feed_->next(); i < end && count < parts.size(); ++i) {
        parts[count++] = part_of(*feed_->chain()[i].frame, 0);
    }
    return count;
}

void Outbox::begin(const SharedBytes& message, std::size_t bytes) {
    if (bytes == 0) return;
    begun_ = message;
    begun_sent_ = bytes;
}

Outbox::Sent Outbox::take(std::size_t bytes) {
    Sent sent;
    if (begun_) {
        const std::size_t piece = std::min(bytes, begun_->size() - begun_sent_);
        begun_sent_ += piece;
        bytes -= piece;
        if (!has_begun_frame_) waiting_bytes_ -= piece;
        if (begun_sent_ < begun_->size()) return sent;
        begun_.reset();
        has_begun_frame_ = false;
        ++sent.messages;
    }
    while (bytes > 0 && !messages_.empty()) {
        const SharedBytes message = std::move(messages_.front());
        messages_.pop_front();
        const std::size_t piece = std::min(bytes, message->size());
        waiting_bytes_ -= piece;
        bytes -= piece;
        if (piece < message->size()) {
            begin(message, piece);
            return sent;
        }
        ++sent.messages;
    }
    while (bytes > 0 && feed_ && feed_->waiting() > 0) {
        const FeedPieces::Piece& next = feed_->chain()[feed_->next()];
        if (is_frame(next.kind)) ++sent.frames;
        const std::size_t piece = std::min(bytes, next.frame->size());
        bytes -= piece;
        if (piece < next.frame->size()) {
            begin(next.frame, piece);
            has_begun_frame_ = true;
        } else {
            ++sent.messages;
        }
        feed_->advance();
    }
    return sent;
}

} // namespace engine_net::bridge
