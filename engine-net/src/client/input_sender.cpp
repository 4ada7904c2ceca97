#include "client/input_sender.hpp"

#include "core/assert.hpp"

#include <algorithm>
#include <utility>

namespace engine_net {

void InputSender::set(Bytes input) {
    ENGINE_NET_ASSERT(!input.empty() && input.size() <= max_input_bytes);
    // Inputs in one datagram have one size; another struct begins anew.
    if (input.size() != bytes_) clear();
    bytes_ = input.size();
    std::copy(input.begin(), input.end(), current_.begin());
}

std::size_t InputSender::advance_to(Tick target) {
    // Far behind what has its input already: the server gave up ticks, and those inputs with them.
    if (has_newest_ && newest_ - target > static_cast<std::int32_t>(max_redundant_inputs)) {
        count_ = 0;
        has_newest_ = false;
    }
    if (bytes_ == 0 || (has_newest_ && target <= newest_)) return 0;
    const std::int32_t ahead = has_newest_ ? target - newest_ : 1;
    const auto added = std::min(static_cast<std::size_t>(ahead), redundant_);
    // A gap in the ticks can't be told in one datagram.
    if (static_cast<std::size_t>(ahead) > added) count_ = 0;
    for (std::size_t i = 0; i < added; ++i) {
        const Tick tick = target - static_cast<std::int32_t>(added - 1 - i);
        Given& one = given(tick);
        one = {tick, current_, true};
        if (!replay_.empty()) {
            one.input = replay_.front();
            replay_.pop_front();
        }
        if (!replays_) continue;
        if (given_.size() == max_replayed_inputs) given_.pop_front();
        given_.push_back(one);
    }
    count_ = std::min(count_ + added, redundant_);
    newest_ = target;
    has_newest_ = true;
    return added;
}

void InputSender::forget_until(Tick tick) {
    if (count_ == 0) return;
    const std::int32_t kept = newest_ - tick;
    count_ = std::min(count_, static_cast<std::size_t>(std::max(kept, 0)));
}

void InputSender::take_report(TickRange gap) {
    if (!std::exchange(has_resumed_, false)) return;
    std::deque<Input> missed;
    for (const Given& one : given_) {
        if (gap.has(one.tick)) missed.push_back(one.input);
    }
    // What was being replayed when the link was lost again goes on after what was lost of it.
    replay_.insert(replay_.begin(), missed.begin(), missed.end());
    while (replay_.size() > max_replayed_inputs) replay_.pop_front();
    // No tick is replayed twice.
    while (!given_.empty() && given_.front().tick < gap.end()) given_.pop_front();
}

void InputSender::clear() {
    count_ = 0;
    has_newest_ = false;
    bytes_ = 0;
    for (Given& one : ring_) one.is_used = false;
    given_.clear();
    replay_.clear();
}

Bytes InputSender::input_of(Tick tick) const {
    const Given& one = ring_[tick.value % ring_.size()];
    return one.is_used && one.tick == tick ? Bytes(one.input).first(bytes_) : Bytes();
}

} // namespace engine_net
