#include "replay/recording_queue.hpp"

namespace engine_net {

bool RecordingQueue::push(Bytes bytes) {
    const std::lock_guard lock(mutex_);
    if (is_full_ && waiting_.size() > most_bytes_ / 2) return false;
    is_full_ = waiting_.size() + bytes.size() > most_bytes_;
    if (is_full_) return false;
    waiting_.insert(waiting_.end(), bytes.begin(), bytes.end());
    return true;
}

void RecordingQueue::close() {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
}

bool RecordingQueue::take(std::vector<std::uint8_t>& bytes) {
    bytes.clear();
    const std::lock_guard lock(mutex_);
    waiting_.swap(bytes);
    return !is_closed_;
}

} // namespace engine_net
