#include "room/delayed_view.hpp"

namespace engine_net {

void DelayedView::take(const RoomFeed::Piece& piece, Tick now) {
    const Bytes payload = Bytes(*piece.message).subspan(wire::feed_header_bytes);
    switch (piece.kind) {
    case wire::FeedKind::keyframe:
    case wire::FeedKind::frame:
        if (const Frame* frame = decoder_.decode(piece.tick, payload)) {
            // Of several that are due at once the newest counts.
            if (!history_.find(now)) history_.copy(*frame, now);
        }
        return;
    case wire::FeedKind::event: events_.emplace_back(payload.begin(), payload.end()); return;
    case wire::FeedKind::state: return state_.set(payload);
    case wire::FeedKind::end: return;
    }
}

} // namespace engine_net
