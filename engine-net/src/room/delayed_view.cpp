#include "room/delayed_view.hpp"

#include <utility>

namespace engine_net {

void DelayedView::take(const RoomFeed::Piece& piece) {
    const Bytes payload = Bytes(*piece.message).subspan(wire::feed_header_bytes);
    switch (piece.kind) {
    case wire::FeedKind::keyframe:
    case wire::FeedKind::frame: taken_ = decoder_.decode(piece.tick, payload); return;
    case wire::FeedKind::event: events_.emplace_back(payload.begin(), payload.end()); return;
    case wire::FeedKind::state: return state_.set(payload);
    case wire::FeedKind::end: return;
    }
}

void DelayedView::show(Tick now) {
    if (const Frame* const frame = std::exchange(taken_, nullptr)) history_.copy(*frame, now);
}

} // namespace engine_net
