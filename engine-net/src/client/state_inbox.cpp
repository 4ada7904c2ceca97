#include "client/state_inbox.hpp"

#include <utility>

namespace engine_net {

bool StateInbox::receive(const wire::StatePiece& piece) {
    const wire::StatePieceHeader& header = piece.header;
    const PresenceId seat{header.presence()};
    // Seats are numbered upwards, and the pieces come in the order in which they were sent.
    if (seat < seat_) return false;
    if (header.offset() == 0) arriving_ = {seat, header.version(), header.bytes(), {}};
    const bool fits = arriving_.seat == seat && arriving_.number == header.version() &&
                      arriving_.whole_bytes == header.bytes() &&
                      arriving_.bytes.size() == header.offset();
    if (!fits) return false;
    arriving_.bytes.insert(arriving_.bytes.end(), piece.run.begin(), piece.run.end());
    adopt();
    return true;
}

void StateInbox::enter(PresenceId seat) {
    if (seat == seat_) return;
    leave();
    seat_ = seat;
    adopt();
}

void StateInbox::leave() {
    seat_ = {};
    newest_ = {};
    is_new_ = false;
}

bool StateInbox::take_news() {
    return std::exchange(is_new_, false);
}

Bytes StateInbox::newest(Check check) {
    if (newest_.bytes.empty()) return {};
    if (check_ != check) {
        check_ = check;
        has_passed_ = check(newest_.bytes);
        versions_refused_ += has_passed_ ? 0 : 1;
    }
    return has_passed_ ? Bytes(newest_.bytes) : Bytes();
}

/// A resume brings again what one has; that is no news.
void StateInbox::adopt() {
    const bool is_whole =
        !arriving_.bytes.empty() && arriving_.bytes.size() == arriving_.whole_bytes;
    if (!is_whole || arriving_.seat != seat_) return;
    Version version = std::exchange(arriving_, {});
    if (version.seat == newest_.seat && version.number == newest_.number) return;
    newest_ = std::move(version);
    is_new_ = true;
    check_ = nullptr;
}

} // namespace engine_net
