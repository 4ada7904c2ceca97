#include "room/state_sender.hpp"

#include <algorithm>

namespace engine_net {

void StateSender::send(PresenceId to,
                       const States& states,
                       std::size_t count,
                       const std::function<void(Bytes)>& send) {
    std::vector<std::uint8_t> message;
    for (; count > 0 && !has_sent(states); --count) {
        const bool is_own =
            room_.has_sent(states.room) || (is_own_next_ && !own_.has_sent(states.own));
        is_own_next_ = !is_own;
        message.clear();
        wire::encode_state_piece(is_own ? own_.next(wire::BulkKind::own_state, to, states.own)
                                        : room_.next(wire::BulkKind::room_state, to, states.room),
                                 message);
        send(message);
    }
}

wire::StatePiece
StateSender::Cursor::next(wire::BulkKind kind, PresenceId to, const PublishedState& state) {
    if (version_ != state.version()) {
        version_ = state.version();
        offset_ = 0;
    }
    const Bytes bytes = state.bytes();
    const Bytes run =
        bytes.subspan(offset_, std::min(wire::max_state_run_bytes, bytes.size() - offset_));
    const wire::StatePieceHeader header(kind,
                                        to.value,
                                        version_,
                                        static_cast<std::uint32_t>(bytes.size()),
                                        static_cast<std::uint32_t>(offset_));
    offset_ += run.size();
    return {header, run};
}

} // namespace engine_net
