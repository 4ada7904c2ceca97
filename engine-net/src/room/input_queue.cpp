#include "room/input_queue.hpp"

#include "core/assert.hpp"

#include <algorithm>
#include <bit>

namespace engine_net {

// A power of two, so that the slots of neighbouring ticks stay neighbours where ticks wrap.
InputQueue::InputQueue(std::size_t window_ticks)
    : window_ticks_(static_cast<std::int32_t>(window_ticks))
    , slots_(std::bit_ceil(2 * window_ticks))
    , inputs_(slots_.size()) {
    ENGINE_NET_ASSERT(window_ticks > 0);
}

InputQueue::Verdict InputQueue::queue(const QueuedInput& input, Tick next) {
    ENGINE_NET_ASSERT(input.bytes.size() <= max_input_bytes);
    if (input.tick - next >= window_ticks_) return Verdict::early;
    const bool is_late = input.tick < next;
    if (input.tick < next - window_ticks_) return Verdict::late;

    const std::size_t place = place_of(input.tick);
    Slot& slot = slots_[place];
    if (slot.use != Use::none && slot.tick == input.tick) return Verdict::repeated;
    slot.tick = input.tick;
    slot.use = is_late ? Use::late : Use::waits;
    if (is_late) return Verdict::late;
    slot.bytes = static_cast<std::uint8_t>(input.bytes.size());
    slot.shown_ago = input.shown_ago;
    std::ranges::copy(input.bytes, inputs_[place].begin());
    return Verdict::queued;
}

std::optional<QueuedInput> InputQueue::take(Tick tick) {
    const std::size_t place = place_of(tick);
    Slot& slot = slots_[place];
    if (slot.use != Use::waits || slot.tick != tick) return std::nullopt;
    slot.use = Use::taken;
    return QueuedInput{tick, Bytes(inputs_[place]).first(slot.bytes), slot.shown_ago};
}

void InputQueue::clear() {
    for (Slot& slot : slots_) slot.use = Use::none;
}

} // namespace engine_net
