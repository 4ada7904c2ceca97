#include "room/input_queue.hpp"

#include "core/assert.hpp"

#include <algorithm>
#include <bit>

namespace engine_net {

// A power of two, so that the slots of neighbouring ticks stay neighbours where ticks wrap.
InputQueue::InputQueue(std::size_t window_ticks)
    : window_ticks_(static_cast<std::int32_t>(window_ticks)), slots_(std::bit_ceil(window_ticks)) {
    ENGINE_NET_ASSERT(window_ticks > 0);
}

InputQueue::Verdict InputQueue::queue(Tick tick, Bytes input, Tick next) {
    ENGINE_NET_ASSERT(input.size() <= max_input_bytes);
    if (tick < next) return Verdict::late;
    if (tick - next >= window_ticks_) return Verdict::early;
    Slot& slot = slot_of(tick);
    if (slot.is_used && slot.tick == tick) return Verdict::repeated;
    slot.tick = tick;
    slot.is_used = true;
    slot.bytes = static_cast<std::uint8_t>(input.size());
    std::copy(input.begin(), input.end(), slot.input.begin());
    return Verdict::queued;
}

std::optional<Bytes> InputQueue::take(Tick tick) {
    Slot& slot = slot_of(tick);
    if (!slot.is_used || slot.tick != tick) return std::nullopt;
    slot.is_used = false;
    return Bytes(slot.input).first(slot.bytes);
}

void InputQueue::clear() {
    for (Slot& slot : slots_) slot.is_used = false;
}

} // namespace engine_net
