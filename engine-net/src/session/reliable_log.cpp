#include "session/reliable_log.hpp"

#include "core/assert.hpp"

namespace engine_net {

void ReliableLog::append(Bytes message) {
    entries_.push_back({next_offset_++, {message.begin(), message.end()}});
    bytes_ += message.size();
    while (bytes_ > max_bytes) {
        bytes_ -= entries_.front().bytes.size();
        entries_.pop_front();
    }
}

void ReliableLog::start_after(std::uint32_t sent) {
    ENGINE_NET_ASSERT(next_offset_ == 1);
    next_offset_ = sent + 1;
    acknowledged_ = sent;
}

void ReliableLog::acknowledge(std::uint32_t count) {
    if (count >= next_offset_ || count <= acknowledged_) return;
    acknowledged_ = count;
    while (!entries_.empty() && entries_.front().offset <= count) {
        bytes_ -= entries_.front().bytes.size();
        entries_.pop_front();
    }
}

bool ReliableLog::can_replay_after(std::uint32_t received) const {
    if (received >= next_offset_ || received < acknowledged_) return false;
    const std::uint32_t first_kept = entries_.empty() ? next_offset_ : entries_.front().offset;
    return received + 1 >= first_kept;
}

ReliableInbox::Verdict ReliableInbox::accept(std::uint32_t offset) {
    if (offset <= received_) return Verdict::repeated;
    if (offset != received_ + 1) return Verdict::gap;
    received_ = offset;
    return Verdict::fresh;
}

} // namespace engine_net
